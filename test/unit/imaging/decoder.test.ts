import { describe, expect, test } from 'vitest';
import { createImageDecoder } from '../../../src/main/imaging/decoder.ts';
import type { ImagingLauncher } from '../../../src/main/imaging/protocol.ts';
import { SEVERITIES } from '../../../src/shared/domain/corruption.ts';
import { preprocessing } from '../../support/imageDecoders.ts';

/**
 * A child that a hostile image has taken over: it says whatever `replies` has, to every request. Real processes, and what
 * becomes of them, are in the integration tests.
 */
function takenOver(...replies: readonly unknown[]): { launch: ImagingLauncher; killed: () => number } {
  let killed = 0;
  const launch: ImagingLauncher = (listener) => {
    queueMicrotask(() => {
      listener.onReply({ type: 'ready' });
    });
    return {
      pid: undefined,
      send: () => {
        queueMicrotask(() => {
          for (const reply of replies) listener.onReply(reply);
        });
      },
      kill: () => {
        killed++;
      },
    };
  };
  return { launch, killed: () => killed };
}

const source = { bytes: new Uint8Array(1) };
const done = (result: unknown) => ({ type: 'done', result });
const crashed = { code: 'IMAGE_DECODER_CRASHED', kind: 'badInput' };

describe('an answer is believed only where it has the right form', () => {
  test.each([
    ['no message', undefined],
    ['a text', 'done'],
    ['an unknown type', { type: 'owned' }],
    ['a second "ready"', { type: 'ready' }],
    ['something extra', { ...done({ format: 'png', width: 64, height: 48 }), also: 'this' }],
    ['a format that does not exist', done({ format: 'exe', width: 64, height: 48 })],
    ['more pixels than are decoded', done({ format: 'png', width: 20_000, height: 20_000 })],
    ['a side that is no number', done({ format: 'png', width: '64', height: 48 })],
    ['an error without an explanation', { type: 'refused', error: { code: 'IMAGE_DAMAGED', kind: 'badInput' } }],
  ])('%s is not believed, and the child is ended', async (_, reply) => {
    const { launch, killed } = takenOver(reply);
    await expect(createImageDecoder(launch).inspectImage(source)).rejects.toMatchObject(crashed);
    // One child, and the one that was given a second try.
    expect(killed()).toBe(2);
  });

  test('pixels that are too few are not believed', async () => {
    const { launch } = takenOver(done(new Uint8Array(32 * 32 * 3 - 1)));
    const decoder = createImageDecoder(launch);
    const size = { height: 32, width: 32 };
    await expect(decoder.modelInput(source, { ...size, preprocessing })).rejects.toMatchObject(crashed);
    await expect(decoder.trainingInput(source, size)).rejects.toMatchObject(crashed);
  });

  test('corrupted inputs are believed only where each is there, in order and of the right size', async () => {
    const size = { height: 32, width: 32 };
    const inputs = SEVERITIES.map((severity) => ({
      corruption: 'hair',
      severity,
      pixels: new Uint8Array(32 * 32 * 3),
    }));
    const ask = (answer: unknown) =>
      createImageDecoder(takenOver(done(answer)).launch).corruptedInputs(
        source,
        { ...size, preprocessing },
        { seed: 1, imageSha256: '', only: ['hair'] },
      );
    expect(await ask(inputs)).toEqual(inputs);
    for (const wrong of [
      inputs.slice(1),
      inputs.toReversed(),
      inputs.map((input) => ({ ...input, corruption: 'blur' })),
      inputs.map((input) => ({ ...input, pixels: input.pixels.subarray(1) })),
    ]) {
      await expect(ask(wrong)).rejects.toMatchObject(crashed);
    }
  });

  test('a thumbnail of a megabyte is not believed', async () => {
    const { launch } = takenOver(done(new Uint8Array(1024 * 1024)));
    await expect(createImageDecoder(launch).thumbnail(source)).rejects.toMatchObject(crashed);
  });

  test('a photograph is believed only where it is of the size of one', async () => {
    const ask = (answer: unknown) => createImageDecoder(takenOver(done(answer)).launch).photograph(source);
    const answer = { png: new Uint8Array(100), width: 4000, height: 4000 };
    expect(await ask(answer)).toEqual(answer);
    for (const wrong of [
      { ...answer, width: 4001 },
      { ...answer, height: 0 },
      { ...answer, png: new Uint8Array(51 * 1024 * 1024) },
      { ...answer, png: 'png' },
    ]) {
      await expect(ask(wrong)).rejects.toMatchObject(crashed);
    }
  });

  test('two answers to one image end the child', async () => {
    const answer = done({ format: 'png', width: 64, height: 48 });
    const { launch, killed } = takenOver(answer, answer, answer);
    const decoder = createImageDecoder(launch);
    await decoder.inspectImage(source);
    expect(killed()).toBe(1);
  });
});

test('a child that never gets ready is ended, and no image is blamed', async () => {
  const silent: ImagingLauncher = () => ({ pid: undefined, send: () => undefined, kill: () => undefined });
  const decoder = createImageDecoder(silent, { startMilliseconds: 1 });
  await expect(decoder.inspectImage(source)).rejects.toMatchObject({
    code: 'IMAGE_DECODER_NOT_STARTED',
    kind: 'failed',
  });
});
