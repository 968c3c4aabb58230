/**
 * Entry of the imaging process: a child that decodes one untrusted image after the other and can be thrown away.
 * Its first argument is the resident memory in bytes above which it gives up. This is a watch on itself, since no bound
 * on memory from outside exists on every system; libvips works on other threads, so that the watch goes on meanwhile.
 */
import { toWireError } from '../../../shared/kernel/errors.ts';
import { corruptedInputs } from '../../imaging/corruptions/corruptedInputs.ts';
import { inspectImage, modelInput, photograph, thumbnail, trainingInput } from '../../imaging/decode.ts';
import { readImageFile } from '../../imaging/file.ts';
import type { ImagingReply, ImagingRequest, ImagingWork } from '../../imaging/protocol.ts';
import { parentProcess } from './parent.ts';

const MEMORY_WATCH_MILLISECONDS = 20;

const parent = parentProcess();

function reply(message: ImagingReply, afterwards?: () => void): void {
  parent?.send(message, afterwards);
}

function perform(work: ImagingWork, bytes: Uint8Array): Promise<unknown> {
  switch (work.kind) {
    case 'inspectImage':
      return inspectImage(bytes);
    case 'modelInput':
      return modelInput(bytes, work.target);
    case 'corruptedInputs':
      return corruptedInputs(bytes, work.target, work.choice);
    case 'trainingInput':
      return trainingInput(bytes, work.size);
    case 'thumbnail':
      return thumbnail(bytes);
    case 'photograph':
      return photograph(bytes);
  }
}

async function answer({ source, work }: ImagingRequest): Promise<ImagingReply> {
  try {
    const bytes = 'path' in source ? await readImageFile(source.path) : source.bytes;
    return { type: 'done', result: await perform(work, bytes) };
  } catch (error) {
    return { type: 'refused', error: toWireError(error) };
  }
}

function watchMemory(limitBytes: number): void {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() <= limitBytes) return;
    clearInterval(watch);
    // Not process.exit, which would run the exit handlers of a library that is still decoding.
    reply({ type: 'tooMuchMemory' }, () => process.kill(process.pid, 'SIGKILL'));
  }, MEMORY_WATCH_MILLISECONDS);
}

watchMemory(Number(process.argv[2]));
parent?.onMessage((request) => {
  void answer(request as ImagingRequest).then((message) => {
    reply(message);
  });
});
reply({ type: 'ready' });
