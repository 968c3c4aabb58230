import { z } from 'zod';
import { type EpsiloscopeError, fromWireError } from '../../shared/kernel/errors.ts';
import type { ImagingLauncher, ImagingProcess, ImagingRequest } from './protocol.ts';
import { decoderNotStarted, refuseImage } from './refusals.ts';

const replySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('done'), result: z.unknown() }),
  z.strictObject({
    type: z.literal('refused'),
    error: z.strictObject({
      code: z.string().max(100),
      kind: z.enum(['failed', 'badInput', 'interrupted']),
      explanation: z.strictObject({ happened: z.string(), kept: z.string(), toDo: z.string() }),
    }),
  }),
  z.strictObject({ type: z.literal('tooMuchMemory') }),
]);
type Reply = z.infer<typeof replySchema>;

const crashed = (reason: string) =>
  refuseImage(
    'IMAGE_DECODER_CRASHED',
    'The process that decodes images broke down on this image, twice.',
    'Save the image again with an image program, and import that file.',
    { cause: new Error(reason) },
  );

const timedOut = (milliseconds: number) =>
  refuseImage(
    'IMAGE_TIMED_OUT',
    `Decoding the image took longer than ${milliseconds / 1000} s and was stopped.`,
    'Save the image again with an image program, or with fewer pixels, and import that file.',
  );

const tooMuchMemory = () =>
  refuseImage(
    'IMAGE_TOO_MUCH_MEMORY',
    'Decoding the image needed more memory than any photograph should, and was stopped.',
    'Save the image again with an image program, or with fewer pixels, and import that file.',
  );

/** The child is gone through no fault that the image is known to have: worth one more try in a fresh one. */
export class ChildLost extends Error {
  asRefusal(): EpsiloscopeError {
    return crashed(this.message);
  }
}

/** For an answer that no healthy child gives. */
const nonsense = () => new ChildLost('It gave an answer that makes no sense.');

export interface ChildLimits {
  readonly startMilliseconds: number;
  readonly imageMilliseconds: number;
  /** In place of `imageMilliseconds` where the work is all corruptions of an image. */
  readonly corruptedImageMilliseconds: number;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** One imaging process, and the one thing that is awaited of it. Dead for good after any error but a refusal. */
export class ImagingChild {
  readonly #process: ImagingProcess;
  readonly #limits: ChildLimits;
  readonly #ready: Promise<Reply>;
  #waiting: Waiting | null = null;
  #lost: string | null = null;
  imagesServed = 0;

  constructor(launch: ImagingLauncher, limits: ChildLimits) {
    this.#limits = limits;
    this.#process = launch({
      onReply: (reply) => {
        this.#hear(reply);
      },
      onExit: (reason) => {
        this.kill(new ChildLost(reason));
      },
    });
    this.#ready = this.#next(limits.startMilliseconds, () => decoderNotStarted('It did not answer in time.'));
    // Awaited with the first image; a child that dies before is no unhandled rejection.
    this.#ready.catch(() => undefined);
  }

  get alive(): boolean {
    return this.#lost === null;
  }

  /** @throws the refusal that the child answered, IMAGE_TIMED_OUT, IMAGE_TOO_MUCH_MEMORY, IMAGE_DECODER_NOT_STARTED,
   *   {@link ChildLost}, or what {@link kill} was called with */
  async request(request: ImagingRequest): Promise<unknown> {
    await this.#ready.catch((error: unknown) => {
      throw error instanceof ChildLost ? decoderNotStarted(error.message) : error;
    });
    if (this.#lost !== null) throw new ChildLost(this.#lost);
    const { imageMilliseconds, corruptedImageMilliseconds } = this.#limits;
    const milliseconds = request.work.kind === 'corruptedInputs' ? corruptedImageMilliseconds : imageMilliseconds;
    const answer = this.#next(milliseconds, () => timedOut(milliseconds));
    this.#process.send(request);
    const reply = await answer;
    this.imagesServed++;
    if (reply.type === 'refused') throw fromWireError(reply.error);
    if (reply.type === 'done') return reply.result;
    const error = nonsense();
    this.kill(error);
    throw error;
  }

  /** Ends the process; what is awaited of it fails with `error`. */
  kill(error: Error): void {
    if (this.#lost === null) {
      this.#lost = error.message;
      this.#process.kill();
    }
    this.#takeWaiting()?.reject(error);
  }

  async #next(milliseconds: number, late: () => EpsiloscopeError): Promise<Reply> {
    const timer = setTimeout(() => {
      this.kill(late());
    }, milliseconds);
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#waiting = { resolve, reject };
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Each wait gets one answer: a second one must not pass for that of the next image. */
  #takeWaiting(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  #hear(message: unknown): void {
    const parsed = replySchema.safeParse(message);
    if (!parsed.success || this.#waiting === null) {
      this.kill(nonsense());
    } else if (parsed.data.type === 'tooMuchMemory') {
      this.kill(tooMuchMemory());
    } else {
      this.#takeWaiting()?.resolve(parsed.data);
    }
  }
}
