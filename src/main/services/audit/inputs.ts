import type { InputBatch } from '../../../shared/contract/engine.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import type { PlannedCase, PlannedModel } from './planInputs.ts';
import type { AuditControl, AuditDependencies } from './types.ts';
import { inputKey } from './units.ts';

/**
 * The model inputs of some cases, decoded from the stored originals (whose hash is checked on the way), as the model's
 * card says. Those of the blocks that were asked for last stay at hand: many units are made of the same ones.
 */
export class ModelInputs {
  readonly #dependencies: Pick<AuditDependencies, 'workspace' | 'decoder'>;
  readonly #cases: readonly PlannedCase[];
  readonly #blocksAtHand: number;
  /** By block, the one that was asked for last at the end. */
  readonly #decoded = new Map<number, Map<string, Promise<Uint8Array>>>();

  constructor(
    dependencies: Pick<AuditDependencies, 'workspace' | 'decoder'>,
    cases: readonly PlannedCase[],
    blocksAtHand = 1,
  ) {
    this.#dependencies = dependencies;
    this.#cases = cases;
    this.#blocksAtHand = blocksAtHand;
  }

  async batch(
    input: PlannedModel['input'],
    block: number,
    positions: readonly number[],
    control: Pick<AuditControl, 'signal'>,
  ): Promise<InputBatch> {
    const decoded = this.#ofBlock(block);
    const { height, width } = input;
    const size = height * width * 3;
    const pixels = new Uint8Array(positions.length * size);
    await Promise.all(
      positions.map(async (position, at) => {
        pixels.set(await this.#inputOf(decoded, input, position, control), at * size);
      }),
    );
    return { height, width, pixels, imageSha256: positions.map((position) => this.hashOf(position)) };
  }

  /** The bytes of the stored original. */
  original(position: number): Promise<Uint8Array> {
    return this.#dependencies.workspace.images.read(this.hashOf(position));
  }

  #ofBlock(block: number): Map<string, Promise<Uint8Array>> {
    const decoded = this.#decoded.get(block) ?? new Map<string, Promise<Uint8Array>>();
    this.#decoded.delete(block);
    this.#decoded.set(block, decoded);
    const [oldest] = this.#decoded.keys();
    if (oldest !== undefined && this.#decoded.size > this.#blocksAtHand) this.#decoded.delete(oldest);
    return decoded;
  }

  #inputOf(
    ofBlock: Map<string, Promise<Uint8Array>>,
    input: PlannedModel['input'],
    position: number,
    control: Pick<AuditControl, 'signal'>,
  ): Promise<Uint8Array> {
    const key = `${inputKey(input)}/${position}`;
    const decoded = ofBlock.get(key) ?? this.#decode(input, position, control);
    ofBlock.set(key, decoded);
    return decoded;
  }

  async #decode(
    { height, width, preprocessing }: PlannedModel['input'],
    position: number,
    { signal }: Pick<AuditControl, 'signal'>,
  ): Promise<Uint8Array> {
    const bytes = await this.original(position);
    const target = { height, width, preprocessing };
    return this.#dependencies.decoder.modelInput({ bytes }, target, signal ? { signal } : {});
  }

  hashOf(position: number): Sha256 {
    const found = this.#cases[position];
    if (!found) throw new Error(`The plan has no case ${position}.`);
    return found.imageSha256;
  }
}
