import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { createImageDecoder, type ImageDecoder, type ImageDecoderLimits } from '../../../src/main/imaging/index.ts';
import type { ImagingLauncher, ImagingRequest } from '../../../src/main/imaging/protocol.ts';
import { CORRUPTIONS, SEVERITIES } from '../../../src/shared/domain/corruption.ts';
import { imageFixture } from '../../support/hostileImages.ts';
import { pngBytes } from '../../support/imageBytes.ts';
import { launchDisturbed, launchImaging, preprocessing } from '../../support/imageDecoders.ts';

const victim = { path: imageFixture('baseline.jpg') };
const others = ['rgb.png', 'rgb.tif', 'rgb.webp', 'rgb24.bmp'].map((name) => ({ path: imageFixture(name) }));

const open: ImageDecoder[] = [];
afterEach(() => {
  for (const decoder of open.splice(0)) decoder.close();
});
function decoderOf(launch: ImagingLauncher, limits: Partial<ImageDecoderLimits> = {}): ImageDecoder {
  const decoder = createImageDecoder(launch, limits);
  open.push(decoder);
  return decoder;
}

const isVictim = ({ source }: ImagingRequest) => 'path' in source && source.path === victim.path;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

/** The victim and the others, as one import would ask for them. */
async function codesAmongOthers(decoder: ImageDecoder): Promise<unknown> {
  const [victimCode, ...otherCodes] = await Promise.all(
    [victim, ...others].map((source) => codeOf(decoder.inspectImage(source))),
  );
  return { victim: victimCode, others: otherCodes };
}
const allAccepted = others.map(() => 'accepted');

/** A stopped process cannot have finished when it is killed: the death falls into the middle of the image. */
const stopThenKill = (when: (pid: number) => boolean) => ({
  before: (pid: number, request: ImagingRequest) => {
    if (isVictim(request) && when(pid)) process.kill(pid, 'SIGSTOP');
  },
  after: (pid: number, request: ImagingRequest) => {
    if (isVictim(request) && when(pid)) process.kill(pid, 'SIGKILL');
  },
});

// Windows has no signals to stop a process with.
describe.skipIf(process.platform === 'win32')('an imaging process that fails in the middle of an image', () => {
  test('killed once from outside, the image is decoded by the next process', async () => {
    const seen = new Set<number>();
    const killed = stopThenKill((pid) => seen.size < 1 || (seen.size === 1 && seen.has(pid)));
    const launch = launchDisturbed({
      before: (pid, request) => {
        killed.before(pid, request);
        if (isVictim(request)) seen.add(pid);
      },
      after: killed.after,
    });
    expect(await codesAmongOthers(decoderOf(launch))).toEqual({ victim: 'accepted', others: allAccepted });
    expect(seen.size).toBe(2);
  });

  test('killed by the image each time, the image is refused and the others go on', async () => {
    const decoder = decoderOf(launchDisturbed(stopThenKill(() => true)));
    expect(await codesAmongOthers(decoder)).toEqual({ victim: 'IMAGE_DECODER_CRASHED', others: allAccepted });
  });

  test('hanging, it is ended at its time limit, the image is refused and the others go on', async () => {
    const launch = launchDisturbed({
      before: (pid, request) => {
        if (isVictim(request)) process.kill(pid, 'SIGSTOP');
      },
    });
    const decoder = decoderOf(launch, { imageMilliseconds: 3000 });
    expect(await codesAmongOthers(decoder)).toEqual({ victim: 'IMAGE_TIMED_OUT', others: allAccepted });
  });
});

test('a photograph comes whole out of its process, the largest one in time', async () => {
  const decoder = decoderOf(launchImaging());
  const [small, large] = await Promise.all([
    decoder.photograph(victim),
    decoder.photograph({ bytes: pngBytes({ width: 7000, height: 7000 }) }),
  ]);
  expect(small).toMatchObject(
    await decoder.inspectImage({ bytes: small.png }).then(({ width, height }) => ({ width, height })),
  );
  expect(large).toMatchObject({ width: 4000, height: 4000 });
});

test('an image that exhausts the memory of its process is refused, and the others go on', async () => {
  // 40 million pixels become 120 MB, on top of some 80 MB that a bare process has.
  const large = { bytes: pngBytes({ width: 8000, height: 5000 }) };
  const decoder = decoderOf(launchImaging(160 * 1024 * 1024));
  const codes = await Promise.all([large, ...others].map((source) => codeOf(decoder.inspectImage(source))));
  expect(codes).toEqual(['IMAGE_TOO_MUCH_MEMORY', ...allAccepted]);
});

test('at most two processes are alive, and each is replaced after its share of images', async () => {
  const pids: number[] = [];
  const alive = new Set<number>();
  let most = 0;
  const launch = launchImaging();
  const counting: ImagingLauncher = (listener) => {
    const child = launch({
      ...listener,
      onExit: (reason) => {
        alive.delete(child.pid ?? 0);
        listener.onExit(reason);
      },
    });
    pids.push(child.pid ?? 0);
    alive.add(child.pid ?? 0);
    most = Math.max(most, alive.size);
    return {
      ...child,
      kill: () => {
        alive.delete(child.pid ?? 0);
        child.kill();
      },
    };
  };
  const decoder = decoderOf(counting, { imagesPerChild: 3 });
  const sources = Array.from({ length: 12 }, () => victim);
  const facts = await Promise.all(sources.map((source) => decoder.inspectImage(source)));
  expect(facts).toHaveLength(12);
  expect(new Set(pids).size).toBeGreaterThanOrEqual(4);
  expect(most).toBe(2);
});

describe('all corruptions of an image', () => {
  const target = { height: 64, width: 64, preprocessing };
  const choice = { seed: 1, imageSha256: 'a'.repeat(64) };

  test('come from one process, with the bytes that any other process gives', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => decoderOf(launchImaging()).corruptedInputs(victim, target, choice)),
    );
    expect(one).toHaveLength(CORRUPTIONS.length * SEVERITIES.length);
    expect(other).toEqual(one);
  });

  test('are refused with the reason where the image is', async () => {
    const decoder = decoderOf(launchImaging());
    const broken = { path: imageFixture('truncated.jpg') };
    expect(await codeOf(decoder.corruptedInputs(broken, target, choice))).toBe('IMAGE_TRUNCATED');
    expect(await codeOf(decoder.corruptedInputs(victim, target, choice))).toBe('accepted');
  });

  test('have a time limit of their own', async () => {
    const decoder = decoderOf(launchImaging(), { corruptedImageMilliseconds: 1 });
    expect(await codeOf(decoder.corruptedInputs(victim, target, choice))).toBe('IMAGE_TIMED_OUT');
    expect(await codeOf(decoder.modelInput(victim, target))).toBe('accepted');
  });

  test('are interrupted by an abort, and the next image is served', async () => {
    const abort = new AbortController();
    const launch = launchDisturbed({
      after: (_, { work }) => {
        if (work.kind === 'corruptedInputs') abort.abort();
      },
    });
    const decoder = decoderOf(launch);
    expect(await codeOf(decoder.corruptedInputs(victim, target, choice, { signal: abort.signal }))).toBe('INTERRUPTED');
    expect(await codeOf(decoder.modelInput(victim, target))).toBe('accepted');
  });
});

describe('an abort', () => {
  const large = { bytes: pngBytes({ width: 4000, height: 4000 }) };

  test('interrupts what is under way and what waits, and leaves the work of others alone', async () => {
    const abort = new AbortController();
    const decoder = decoderOf(launchImaging(), { children: 1 });
    const work = [large, victim].map((source) => codeOf(decoder.inspectImage(source, { signal: abort.signal })));
    const other = codeOf(decoder.inspectImage(victim));
    abort.abort();
    expect(await Promise.all(work)).toEqual(['INTERRUPTED', 'INTERRUPTED']);
    expect(await other).toBe('accepted');
  });

  test('that came before starts nothing', async () => {
    const started: unknown[] = [];
    const decoder = decoderOf((listener) => {
      started.push(listener);
      return launchImaging()(listener);
    });
    expect(await codeOf(decoder.thumbnail(victim, { signal: AbortSignal.abort() }))).toBe('INTERRUPTED');
    expect(started).toEqual([]);
  });

  test('by closing the decoder interrupts everything, now and later', async () => {
    const decoder = decoderOf(launchImaging());
    const work = codeOf(decoder.inspectImage(large));
    decoder.close();
    expect(await work).toBe('INTERRUPTED');
    expect(await codeOf(decoder.inspectImage(victim))).toBe('INTERRUPTED');
  });
});

test('an imaging process that cannot start fails the work, and blames no image', async () => {
  const decoder = decoderOf(launchImaging(undefined, fileURLToPath(new URL('missing.ts', import.meta.url))));
  const error: unknown = await decoder.inspectImage(victim).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'IMAGE_DECODER_NOT_STARTED', kind: 'failed' });
  expect(error instanceof Error && String(error.cause)).toContain('MODULE_NOT_FOUND');
});

test.skipIf(process.platform === 'win32')('no imaging process outlives the program, even one killed -9', async () => {
  const program = spawn(process.execPath, [fileURLToPath(new URL('killedProgram.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = (await once(program.stdout, 'data')) as [Buffer];
  const pid = Number(output.toString());
  process.kill(pid, 0);
  program.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
