import { z } from 'zod';
import { UPLOAD_LIMITS } from '../../../shared/contract/app/importing.ts';
import { BYTE_KINDS, type ByteKind } from '../../../shared/contract/handover.ts';
import { badInput, EpsiloscopeError, toWireError } from '../../../shared/kernel/errors.ts';
import { isSha256, type Sha256 } from '../../../shared/kernel/ids.ts';
import type { Bytes } from '../../api/host.ts';
import { BARE_HEADERS } from './policy.ts';

/** What a page asks for or sends beside the contract. */
export type ByteRequest =
  | { readonly kind: 'get'; readonly of: ByteKind; readonly sha256: Sha256 }
  | { readonly kind: 'put'; readonly upload: string; readonly index: number };

export interface ByteResponse {
  readonly status: 200 | 204 | 400 | 404 | 500;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const uploadId = z.uuid();

/**
 * Reads `GET /<kind>/<sha256>` and `PUT /upload/<id>/<index>`.
 *
 * @returns null for anything else: nothing but hashes, random ids and small numbers reaches the program
 */
export function byteRequest(method: string, path: string): ByteRequest | null {
  const [root, first = '', second = '', third, ...more] = path.split('/');
  if (root !== '' || more.length > 0) return null;
  if (method === 'GET' && third === undefined && isByteKind(first) && isSha256(second)) {
    return { kind: 'get', of: first, sha256: second };
  }
  const isUpload = method === 'PUT' && first === 'upload' && uploadId.safeParse(second).success;
  if (!isUpload || third === undefined || !/^(0|[1-9]\d{0,5})$/.test(third)) return null;
  const index = Number(third);
  return index < UPLOAD_LIMITS.files ? { kind: 'put', upload: second, index } : null;
}

const isByteKind = (text: string): text is ByteKind => (BYTE_KINDS as readonly string[]).includes(text);

/**
 * Answers it. A refusal is the program's own words, as JSON.
 *
 * @param body of a `put`; not read beyond what a file may have
 */
export async function answerBytes(
  bytes: Bytes,
  request: ByteRequest,
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<ByteResponse> {
  try {
    if (request.kind === 'put') {
      await bytes.put(request.upload, request.index, bounded(body));
      return { status: 204, headers: { ...BARE_HEADERS }, body: new Uint8Array() };
    }
    const found = await bytes.get(request.of, request.sha256, signal);
    if (found === null) return notFound();
    return { status: 200, headers: { ...BARE_HEADERS, 'Content-Type': found.type }, body: found.bytes };
  } catch (error) {
    return refusal(error);
  }
}

export const notFound = (): ByteResponse => ({ status: 404, headers: { ...BARE_HEADERS }, body: new Uint8Array() });

/** The form in which an error reaches the page beside the contract. */
export function refusal(error: unknown): ByteResponse {
  const status = error instanceof EpsiloscopeError && error.kind === 'badInput' ? 400 : 500;
  const body = new TextEncoder().encode(JSON.stringify(toWireError(error)));
  return { status, headers: { ...BARE_HEADERS, 'Content-Type': 'application/json' }, body };
}

async function* bounded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > UPLOAD_LIMITS.bytesPerFile) throw fileTooLarge();
    yield chunk;
  }
}

export const fileTooLarge = (): EpsiloscopeError =>
  badInput('UPLOAD_TOO_LARGE', {
    happened: `A file is larger than ${UPLOAD_LIMITS.bytesPerFile / 1024 ** 2} MiB.`,
    kept: 'The workspace, unchanged, and the other files.',
    toDo: 'Leave that file out, or save the image smaller.',
  });
