import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../../src/main/api/host.ts';
import { answerBytes, byteRequest } from '../../../../src/main/hosts/page/bytes.ts';
import { UPLOAD_LIMITS } from '../../../../src/shared/contract/app/importing.ts';
import { BYTE_KINDS } from '../../../../src/shared/contract/handover.ts';
import { isSha256 } from '../../../../src/shared/kernel/ids.ts';
import { PICTURE, UPLOAD } from '../../../support/standInProgram.ts';

const nothing = Readable.from([]);

describe('a request for bytes', () => {
  it.each(BYTE_KINDS)('names a %s by its hash', (kind) => {
    expect(byteRequest('GET', `/${kind}/${PICTURE}`)).toEqual({ kind: 'get', of: kind, sha256: PICTURE });
  });

  it('names a file of an upload by its place', () => {
    expect(byteRequest('PUT', `/upload/${UPLOAD}/19999`)).toEqual({ kind: 'put', upload: UPLOAD, index: 19_999 });
    expect(byteRequest('PUT', `/upload/${UPLOAD}/20000`)).toBeNull();
  });

  it('is nothing else, whatever the path', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('..', '.', '', 'photograph', 'upload', UPLOAD, PICTURE, '0', '-1'),
    );
    const path = fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.constantFrom('GET', 'PUT', 'POST', 'HEAD', ''), path, (method, asked) => {
        const request = byteRequest(method, asked);
        if (request === null) return;
        if (request.kind === 'get') {
          expect({ method, path: `/${request.of}/${request.sha256}` }).toEqual({ method: 'GET', path: asked });
          expect(isSha256(request.sha256)).toBe(true);
        } else {
          expect({ method, path: `/upload/${request.upload}/${request.index}` }).toEqual({
            method: 'PUT',
            path: asked,
          });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the answer to it', () => {
  let received = 0;
  const bytesOf = (changes: Partial<Bytes>): Bytes => ({
    get: () => Promise.resolve(null),
    put: async (_upload, _index, body) => {
      for await (const chunk of body) received += chunk.byteLength;
    },
    ...changes,
  });

  it('tells what cannot be had in three parts, also where nobody foresaw it', async () => {
    const broken = bytesOf({ get: () => Promise.reject(new Error('a defect')) });
    const request = { kind: 'get', of: 'photograph', sha256: PICTURE } as const;
    const { status, headers, body } = await answerBytes(broken, request, nothing);
    expect({ status, type: headers['Content-Type'] }).toEqual({ status: 500, type: 'application/json' });
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({ code: 'UNEXPECTED', kind: 'failed' });
  });

  it('to a file without end stops reading at the largest size of one', async () => {
    const chunk = new Uint8Array(16 * 1024 * 1024);
    const endless = Readable.from(
      (function* () {
        for (;;) yield chunk;
      })(),
    );
    const { status, body } = await answerBytes(bytesOf({}), { kind: 'put', upload: UPLOAD, index: 0 }, endless);
    expect(status).toBe(400);
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
    expect(received).toBe(UPLOAD_LIMITS.bytesPerFile);
  });
});
