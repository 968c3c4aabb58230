import { z } from 'zod';
import { interrupted } from '../../shared/kernel/errors.ts';
import { CORRUPTIONS, SEVERITIES } from '../../shared/domain/corruption.ts';
import { ChildLost, ImagingChild, type ChildLimits } from './child.ts';
import { corruptionsOf } from './corruptions/choice.ts';
import type { CorruptedInput, CorruptionChoice } from './corruptions/choice.ts';
import type { ImageFacts, ModelInputTarget, Photograph, Size } from './decode.ts';
import {
  IMAGES_PER_CHILD,
  MAX_CHILDREN,
  MAX_MILLISECONDS_PER_CORRUPTED_IMAGE,
  MAX_MILLISECONDS_PER_IMAGE,
  MAX_MILLISECONDS_TO_START,
  MAX_PHOTOGRAPH_BYTES,
  MAX_PHOTOGRAPH_PIXELS,
  MAX_PIXELS,
  MAX_SIDE,
  MAX_THUMBNAIL_BYTES,
  MIN_SIDE,
} from './limits.ts';
import type { ImageSource, ImagingLauncher, ImagingWork } from './protocol.ts';
import { IMAGE_FORMATS } from './sniff.ts';

interface CallOptions {
  /** Aborting rejects with INTERRUPTED at once. */
  readonly signal?: AbortSignal;
}

/**
 * Decodes untrusted images in throw-away processes. Every method rejects with an IMAGE_... refusal where the image
 * cannot be accepted, also where it crashes, hangs or exhausts the process that decodes it; other images go on.
 * A process stays until {@link close}.
 */
export interface ImageDecoder {
  /** Decodes all of the image and says what it is. */
  inspectImage(source: ImageSource, options?: CallOptions): Promise<ImageFacts>;
  /** `height * width * 3` bytes of 8-bit sRGB: the middle square, resized. `height` and `width` are equal. */
  modelInput(source: ImageSource, target: ModelInputTarget, options?: CallOptions): Promise<Uint8Array>;
  /**
   * The model inputs under common corruptions, by corruption and then severity 1 to 5, each of `height * width * 3`
   * bytes: a pure function of seed, image, corruption and severity. There is no severity 0: that is {@link modelInput}.
   */
  corruptedInputs(
    source: ImageSource,
    target: ModelInputTarget,
    choice: CorruptionChoice,
    options?: CallOptions,
  ): Promise<readonly CorruptedInput[]>;
  /** `height * width * 3` bytes of 8-bit sRGB: short side to `height`, the middle `width` of the long one. */
  trainingInput(source: ImageSource, size: Size, options?: CallOptions): Promise<Uint8Array>;
  /** WebP, the long side at most 256 pixels, without the original's metadata. */
  thumbnail(source: ImageSource, options?: CallOptions): Promise<Uint8Array>;
  /** PNG of all of it, without the original's metadata; one of more than 16 million pixels is reduced to that. */
  photograph(source: ImageSource, options?: CallOptions): Promise<Photograph>;
  /** Ends the processes; what is still under way is interrupted. */
  close(): void;
}

export interface ImageDecoderLimits extends ChildLimits {
  readonly children: number;
  readonly imagesPerChild: number;
}

const DEFAULT_LIMITS: ImageDecoderLimits = {
  children: MAX_CHILDREN,
  imagesPerChild: IMAGES_PER_CHILD,
  startMilliseconds: MAX_MILLISECONDS_TO_START,
  imageMilliseconds: MAX_MILLISECONDS_PER_IMAGE,
  corruptedImageMilliseconds: MAX_MILLISECONDS_PER_CORRUPTED_IMAGE,
};

const sideSchema = z.int().min(MIN_SIDE).max(MAX_SIDE);
const factsSchema = z
  .strictObject({ format: z.enum(IMAGE_FORMATS), width: sideSchema, height: sideSchema })
  .refine(({ width, height }) => width * height <= MAX_PIXELS);
const pixelsSchema = ({ height, width }: Size) =>
  z.instanceof(Uint8Array).refine((pixels) => pixels.length === height * width * 3);
const corruptedInputsSchema = (size: Size, { only }: CorruptionChoice) => {
  const expected = corruptionsOf(only);
  const inputSchema = z.strictObject({
    corruption: z.enum(CORRUPTIONS),
    severity: z.literal(SEVERITIES),
    pixels: pixelsSchema(size),
  });
  return z
    .array(inputSchema)
    .length(expected.length)
    .refine((inputs) =>
      inputs.every(
        ({ corruption, severity }, index) =>
          corruption === expected[index]?.corruption && severity === expected[index].severity,
      ),
    );
};
const thumbnailSchema = z.instanceof(Uint8Array).refine((webp) => webp.length <= MAX_THUMBNAIL_BYTES);

const photographSchema = z
  .strictObject({
    png: z.instanceof(Uint8Array).refine((png) => png.length <= MAX_PHOTOGRAPH_BYTES),
    width: sideSchema,
    height: sideSchema,
  })
  .refine(({ width, height }) => width * height <= MAX_PHOTOGRAPH_PIXELS);

const stopped = () =>
  interrupted('Everything that was stored before.', 'Run the same again to go on with the images that are left.');

/** One place for a child: starts it at the first image and replaces it when it is lost or has served its images. */
class Slot {
  #child: ImagingChild | null = null;
  readonly #launch: ImagingLauncher;
  readonly #limits: ImageDecoderLimits;

  constructor(launch: ImagingLauncher, limits: ImageDecoderLimits) {
    this.#launch = launch;
    this.#limits = limits;
  }

  /** A child that is lost may have been ended from outside (out of memory): only the second one lost is the image's. */
  async run<T>(source: ImageSource, work: ImagingWork, answer: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.#attempt(source, work, answer);
    } catch (error) {
      if (!(error instanceof ChildLost)) throw error;
      if (signal.aborted) throw stopped();
    }
    return this.#attempt(source, work, answer).catch((error: unknown) => {
      throw error instanceof ChildLost ? error.asRefusal() : error;
    });
  }

  end(error: Error): void {
    this.#child?.kill(error);
    this.#child = null;
  }

  async #attempt<T>(source: ImageSource, work: ImagingWork, answer: z.ZodType<T>): Promise<T> {
    const child = this.#aliveChild();
    const result = answer.safeParse(await child.request({ source, work }));
    if (result.success) return result.data;
    const error = new ChildLost(`It answered ${work.kind} with something else.`);
    this.end(error);
    throw error;
  }

  #aliveChild(): ImagingChild {
    if (this.#child !== null && this.#child.imagesServed >= this.#limits.imagesPerChild) this.end(stopped());
    if (this.#child?.alive !== true) this.#child = new ImagingChild(this.#launch, this.#limits);
    return this.#child;
  }
}

/** Hands out the slots; the one used last comes first, so that one child suffices where images come one by one. */
class SlotPool {
  readonly #slots: readonly Slot[];
  readonly #idle: Slot[];
  readonly #waiting = new Set<(slot: Slot) => void>();

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
    this.#idle = [...slots];
  }

  /** Runs `use` on a slot as soon as one is free; an abort takes the caller out of the queue, or ends the child. */
  async use<T>(signal: AbortSignal, use: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = await this.#acquire(signal);
    const abort = () => {
      slot.end(stopped());
    };
    try {
      // It may have been aborted between the slot's release and this line.
      if (signal.aborted) throw stopped();
      signal.addEventListener('abort', abort, { once: true });
      return await use(slot);
    } finally {
      signal.removeEventListener('abort', abort);
      this.#release(slot);
    }
  }

  endAll(): void {
    for (const slot of this.#slots) slot.end(stopped());
  }

  #acquire(signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) return Promise.reject(stopped());
    const idle = this.#idle.pop();
    if (idle !== undefined) return Promise.resolve(idle);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(take);
        reject(stopped());
      };
      const take = (slot: Slot) => {
        signal.removeEventListener('abort', abort);
        resolve(slot);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(take);
    });
  }

  #release(slot: Slot): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#idle.push(slot);
    } else {
      this.#waiting.delete(next);
      next(slot);
    }
  }
}

/**
 * A decoder over at most two children. Pools such as workerpool or piscina were looked at: none lets the host start its
 * children (Electron's are no Node children), and none bounds one image in time by ending only its process.
 *
 * @param launch how the host starts an imaging process
 */
export function createImageDecoder(launch: ImagingLauncher, limits: Partial<ImageDecoderLimits> = {}): ImageDecoder {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const pool = new SlotPool(Array.from({ length: all.children }, () => new Slot(launch, all)));
  const closing = new AbortController();

  const run = <T>(source: ImageSource, work: ImagingWork, answer: z.ZodType<T>, options: CallOptions = {}) => {
    const signal = options.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, options.signal]);
    return pool.use(signal, (slot) => slot.run(source, work, answer, signal));
  };

  return {
    inspectImage: (source, options) => run(source, { kind: 'inspectImage' }, factsSchema, options),
    modelInput: (source, target, options) => run(source, { kind: 'modelInput', target }, pixelsSchema(target), options),
    corruptedInputs: (source, target, choice, options) =>
      run(source, { kind: 'corruptedInputs', target, choice }, corruptedInputsSchema(target, choice), options),
    trainingInput: (source, size, options) => run(source, { kind: 'trainingInput', size }, pixelsSchema(size), options),
    thumbnail: (source, options) => run(source, { kind: 'thumbnail' }, thumbnailSchema, options),
    photograph: (source, options) => run(source, { kind: 'photograph' }, photographSchema, options),
    close: () => {
      closing.abort();
      pool.endAll();
    },
  };
}
