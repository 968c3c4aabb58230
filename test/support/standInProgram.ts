/** A program behind which nothing stands: a few questions of the contract with known answers, and bytes in memory. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { News } from '../../src/shared/contract/app/program.ts';
import { badInput } from '../../src/shared/kernel/errors.ts';
import { sha256 } from '../../src/shared/kernel/ids.ts';
import type { Program } from '../../src/main/api/host.ts';
import { answering } from '../../src/main/api/router.ts';

/** SHA-256 of a picture that is there, of one that is damaged, and of none. */
export const PICTURE = sha256('a'.repeat(64));
export const DAMAGED = sha256('b'.repeat(64));
export const NOBODYS = sha256('c'.repeat(64));

/** An upload that was announced, with three places. */
export const UPLOAD = '6f0a1c36-4d3a-4b1c-9a51-0c6f3f6a2f10';

const PIXELS = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

export interface StandIn extends Program {
  /** What was put, by place, as SHA-256. */
  readonly put: Map<number, string>;
  /** Listeners to news that are under way. */
  readonly listeners: () => number;
}

export function standInProgram(): StandIn {
  const put = new Map<number, string>();
  let listeners = 0;
  const question = answering(() => undefined);
  const api = {
    program: {
      host: question.program.host.handler(() => ({
        kind: 'loopback' as const,
        platform: 'linux',
        dialogs: false,
        why: 'Prüfung "ε" ≤ 8/255',
      })),
      saveSettings: question.program.saveSettings.handler(({ input }) => input),
      news: question.program.news.handler(async function* ({ signal }): AsyncGenerator<News> {
        listeners += 1;
        try {
          for (let code = 0; signal?.aborted !== true; code += 1) {
            yield { kind: 'engineEnded', code };
            await sleep(1);
          }
        } finally {
          listeners -= 1;
        }
      }),
    },
    session: {
      openDemo: question.session.openDemo.handler(() => {
        throw badInput('WORKSPACE_LOCKED', {
          happened: 'Another program has this workspace open.',
          kept: 'Everything.',
          toDo: 'Close that one.',
        });
      }),
    },
  };
  return {
    // The rest of the contract is not asked for.
    api: api as unknown as Program['api'],
    bytes: {
      get: (_kind, hash) => {
        if (hash === DAMAGED) return Promise.reject(damaged());
        return Promise.resolve(hash === PICTURE ? { type: 'image/webp', bytes: PIXELS } : null);
      },
      put: async (upload, index, body) => {
        if (upload !== UPLOAD || index > 2) throw unknownUpload();
        const hash = createHash('sha256');
        for await (const chunk of body) hash.update(chunk);
        put.set(index, hash.digest('hex'));
      },
    },
    open: () => Promise.resolve(),
    menu: () => undefined,
    busy: false,
    close: () => Promise.resolve(),
    put,
    listeners: () => listeners,
  };
}

const damaged = () =>
  badInput('IMAGE_DAMAGED', { happened: 'The stored file is damaged.', kept: 'The file.', toDo: 'Import it again.' });

const unknownUpload = () =>
  badInput('UPLOAD_UNKNOWN', { happened: 'Nobody expects this file.', kept: 'All.', toDo: 'Choose it again.' });
