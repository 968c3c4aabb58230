import { ORPCError } from '@orpc/client';
import { EXPLAINED_ERROR } from '../../../shared/contract/handover.ts';
import type { WireError } from '../../../shared/kernel/errors.ts';
import type { PageBytes } from './transportTypes.ts';

/**
 * Bytes by `fetch`: `GET <base><kind>/<sha256>` and `PUT <base>upload/<id>/<index>`.
 *
 * @param headers sent with each request
 */
export function bytesByFetch(base: string, headers: Readonly<Record<string, string>> = {}): PageBytes {
  return {
    get: async (kind, sha256, signal) => {
      const response = await fetch(`${base}${kind}/${sha256}`, { headers, signal: signal ?? null });
      if (response.status === 404) return null;
      if (!response.ok) throw await refusalIn(response);
      return new Uint8Array(await response.arrayBuffer());
    },
    put: async (upload, index, file) => {
      // Electron cannot read a Blob of no bytes.
      const body = file.size === 0 ? null : file;
      const response = await fetch(`${base}upload/${upload}/${index}`, { method: 'PUT', headers, body });
      if (!response.ok) throw await refusalIn(response);
    },
  };
}

/** The program's own words, in the form in which its answers carry them; else the bare status. */
async function refusalIn(response: Response): Promise<Error> {
  if (response.headers.get('Content-Type') !== 'application/json') {
    return new Error(`${response.status} ${response.statusText}`.trim());
  }
  const data = (await response.json()) as WireError;
  return new ORPCError(EXPLAINED_ERROR, { data, message: data.explanation.happened });
}
