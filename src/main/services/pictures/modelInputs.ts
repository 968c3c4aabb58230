import type { InputBatch } from '../../../shared/contract/engine.ts';
import type { ModelCard } from '../../../shared/contract/modelCard.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import type { ReadOnlyWorkspace } from '../../store/index.ts';
import { SharedWork } from './sharedWork.ts';

/** The part of a card that says what the model's input is. */
export type InputDescription = Pick<ModelCard['input'], 'height' | 'width' | 'preprocessing'>;

type Images = Pick<ReadOnlyWorkspace['images'], 'read'>;

/** Some cases and a batch or two; 12 kB each at 64 x 64, 0.8 MB at 512 x 512. */
const KEPT = 128;

/**
 * Model inputs as a model's card describes them, decoded from stored originals whose hash is checked on the way. Several
 * models, and attack after attack, look at the same ones: those asked for last stay at hand.
 */
export class ModelInputs {
  readonly #decoder: Pick<ImageDecoder, 'modelInput'>;
  readonly #decoding = new SharedWork<Uint8Array>();
  /** The one asked for last at the end. */
  readonly #kept = new Map<string, Uint8Array>();

  constructor(decoder: Pick<ImageDecoder, 'modelInput'>) {
    this.#decoder = decoder;
  }

  /**
   * `height * width * 3` bytes of 8-bit RGB.
   *
   * @throws EpsiloscopeError `IMAGE_FILE_MISSING`, `IMAGE_FILE_DAMAGED`, an IMAGE_... refusal, `INTERRUPTED`
   */
  async of(images: Images, image: Sha256, input: InputDescription, signal?: AbortSignal): Promise<Uint8Array> {
    const { height, width, preprocessing } = input;
    const key = [image, height, width, preprocessing.framing, preprocessing.resize, preprocessing.colour].join('/');
    const pixels =
      this.#kept.get(key) ??
      (await this.#decoding.join(key, signal, async (stop) => {
        const bytes = await images.read(image);
        return this.#decoder.modelInput({ bytes }, { height, width, preprocessing }, { signal: stop });
      }));
    this.#keep(key, pixels);
    return pixels;
  }

  /** One image as the engine takes it; see {@link ModelInputs.of}. */
  async batchOfOne(images: Images, image: Sha256, input: InputDescription, signal?: AbortSignal): Promise<InputBatch> {
    const pixels = await this.of(images, image, input, signal);
    return { height: input.height, width: input.width, pixels, imageSha256: [image] };
  }

  #keep(key: string, pixels: Uint8Array): void {
    this.#kept.delete(key);
    this.#kept.set(key, pixels);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > KEPT) this.#kept.delete(oldest);
  }
}
