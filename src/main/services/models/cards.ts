import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ModelPair } from '../../../shared/contract/app/session.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { hashOf } from '../../store/index.ts';
import { packagesIn } from './index.ts';

/** A package by the hash of its card; whether its files agree with the card, only the engine tells. */
interface NamedPackage {
  readonly name: string;
  readonly sha256: Sha256;
}

/** The pair that the founding question asks about: a model trained as usual, and one trained against PGD. */
const FIRST_CHOICE = ['standard', 'pgd'] as const;

/**
 * The pair that is compared until the person chooses another: no engine is needed, so that the library need not wait for one.
 *
 * @param shelf folder of the bundled packages
 * @returns null where there are fewer than two
 */
export function pairToBeginWith(shelf: string): ModelPair | null {
  const packages = packagesIn(shelf).map(named);
  const preferred = FIRST_CHOICE.flatMap((name) => packages.find((each) => each.name === name) ?? []);
  const [first, second] = preferred.length === FIRST_CHOICE.length ? preferred : packages;
  return first === undefined || second === undefined ? null : { first: first.sha256, second: second.sha256 };
}

const named = (folder: string): NamedPackage => ({
  name: basename(folder),
  sha256: hashOf(readFileSync(join(folder, 'card.json'))),
});
