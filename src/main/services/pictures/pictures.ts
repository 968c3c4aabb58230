import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { ImageDecoder, Photograph } from '../../imaging/index.ts';
import { findImage, type ReadOnlyWorkspace } from '../../store/index.ts';
import { SharedWork } from './sharedWork.ts';
import { keepThumbnail, readThumbnail } from './thumbnailFiles.ts';

/** Bytes for the page, and their media type. */
export interface Picture {
  readonly type: 'image/webp' | 'image/png';
  readonly bytes: Uint8Array;
}

/** Fewer pixels than the original has mean that it was reduced to be shown. */
export interface ShownPhotograph extends Picture {
  readonly width: number;
  readonly height: number;
}

type Holder = Pick<ReadOnlyWorkspace, 'id' | 'folder' | 'db' | 'images'>;

/**
 * What a page may see of the images of a workspace: never an original, but what a decoding process made of its pixels, without
 * metadata. Both answer null where the workspace has no image of this hash, and throw `IMAGE_FILE_MISSING`,
 * `IMAGE_FILE_DAMAGED`, an IMAGE_... refusal, or `INTERRUPTED` where the signal aborts. Requests for the same picture at
 * the same time decode it once.
 */
export class Pictures {
  readonly #decoder: Pick<ImageDecoder, 'thumbnail' | 'photograph'>;
  readonly #thumbnails = new SharedWork<Uint8Array>();
  readonly #photographs = new SharedWork<Photograph>();

  constructor(decoder: Pick<ImageDecoder, 'thumbnail' | 'photograph'>) {
    this.#decoder = decoder;
  }

  /** At most 256 pixels on the long side; kept in the workspace's folder `cache`, which may be deleted at any time. */
  async thumbnail(workspace: Holder, image: Sha256, signal?: AbortSignal): Promise<Picture | null> {
    if (findImage(workspace.db, image) === undefined) return null;
    const bytes = await this.#thumbnails.join(keyOf(workspace, image), signal, async (stop) => {
      const kept = await readThumbnail(workspace.folder, image);
      if (kept !== null) return kept;
      const original = await workspace.images.read(image);
      const webp = await this.#decoder.thumbnail({ bytes: original }, { signal: stop });
      await keepThumbnail(workspace.folder, image, webp);
      return webp;
    });
    return { type: 'image/webp', bytes };
  }

  /** The whole photograph without loss; one of more than 16 million pixels is reduced to that. */
  async photograph(workspace: Holder, image: Sha256, signal?: AbortSignal): Promise<ShownPhotograph | null> {
    if (findImage(workspace.db, image) === undefined) return null;
    const shown = await this.#photographs.join(keyOf(workspace, image), signal, async (stop) => {
      const original = await workspace.images.read(image);
      return this.#decoder.photograph({ bytes: original }, { signal: stop });
    });
    return { type: 'image/png', bytes: shown.png, width: shown.width, height: shown.height };
  }
}

const keyOf = ({ id }: Holder, image: Sha256): string => `${id}/${image}`;
