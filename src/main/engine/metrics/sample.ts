import { DIAGNOSES, FEWEST_LESIONS, type ClassIndex, type Diagnosis } from '../../../shared/domain/diagnosis.ts';
import { randomStream } from '../randomness.ts';
import { compareText, strataOf, type LesionImage, type Stratum } from './lesions.ts';

/** Lesions of each class that a sample holds at least, where the class has them and the sample has room. */
const FEWEST_LESIONS_SOUGHT = 15;

interface SampledClass {
  readonly diagnosis: Diagnosis;
  /** Images of this class in the sample. */
  readonly n: number;
  /** Lesions of this class in the sample. */
  readonly lesions: number;
  /** Lesions of this class in the set that the sample was drawn from. */
  readonly lesionsInSet: number;
  readonly tooFew: boolean;
}

export interface Sample<Case extends LesionImage> {
  /**
   * The drawn cases in order of SHA-256. `weight` is the number of images of the set that a case stands for: within
   * each class that was drawn from, the weights sum to the images of that class in the set.
   */
  readonly images: readonly (Case & { readonly weight: number })[];
  /** Images and lesions of the set. */
  readonly of: number;
  readonly lesions: number;
  readonly seed: number;
  /** The rule in words. */
  readonly how: string;
  /** The classes that the set holds, in class order. */
  readonly perClass: readonly SampledClass[];
  /** Unlabelled images in the sample. */
  readonly unlabelled: number;
}

/**
 * Draws exactly `size` images (all, if there are fewer, or if `size` is null), stratified by class, lesion by lesion.
 *
 * One image is drawn of each drawn lesion, since a second image of the same lesion says little that is new; only when
 * every lesion is in do further images of them follow. Each class gets min(all, 15) lesions (where `size` has no room
 * for that, the largest equal number that it has room for), the rest goes to the classes in proportion to their
 * lesions still outside. Unlabelled images are a stratum of their own.
 *
 * Who is drawn is a function of `seed` and the images' hashes alone: the order of `cases` does not matter.
 *
 * @throws RangeError unless `size` is null or a positive integer.
 */
export function drawSample<Case extends LesionImage>(
  cases: readonly Case[],
  { size, seed }: { readonly size: number | null; readonly seed: number },
): Sample<Case> {
  if (size !== null && !(Number.isInteger(size) && size > 0)) {
    throw new RangeError(`The size of a sample is a positive integer, not ${String(size)}.`);
  }
  const strata = strataOf(cases);
  const room = Math.min(size ?? cases.length, cases.length);
  const quotas = sampleQuotas(
    strata.map(({ lesions }) => lesions.length),
    strata.map(({ lesions }) => sum(lesions.map(({ images }) => images.length))),
    room,
  );
  const drawn = strata.map((stratum, s) => drawStratum(stratum, quotas[s] ?? 0, cases, seed));
  const images = drawn
    .flat()
    .sort((a, b) => compareText(a.imageSha256, b.imageSha256) || compareText(a.imageId, b.imageId));
  return {
    images,
    of: cases.length,
    lesions: strata.reduce((sum, stratum) => sum + stratum.lesions.length, 0),
    seed,
    how: sampleInWords(room, cases.length, seed),
    perClass: strata.flatMap((stratum, s) => sampledClass(stratum, drawn[s] ?? [])),
    unlabelled: images.filter((image) => image.label === null).length,
  };
}

/** The rule of {@link drawSample} in words: so many images drawn, of so many in the set. */
export function sampleInWords(drawn: number, of: number, seed: number): string {
  if (drawn === of) return `All ${of} images.`;
  return (
    `${drawn} of ${of} images, drawn with seed ${seed} by lesion within class: one image of each drawn lesion ` +
    `(further ones only when every lesion is in), at least ${FEWEST_LESIONS_SOUGHT} lesions of each class where it ` +
    'has them and the sample has room, the rest in proportion to the lesions; accuracy is reweighted to the whole set.'
  );
}

/**
 * Images that {@link drawSample} draws of each stratum; they sum to `room`.
 *
 * @param lesions of each stratum in the set
 * @param images of each stratum in the set
 * @param room at most as many as there are images
 */
export function sampleQuotas(lesions: readonly number[], images: readonly number[], room: number): readonly number[] {
  const least = lesions.map((count) => Math.min(count, floorFor(lesions, room)));
  return topUp(topUp(least, lesions, room), images, room);
}

/** The largest number, at most 15, such that so many lesions of each stratum fit into the sample. */
function floorFor(lesions: readonly number[], room: number): number {
  let floor = FEWEST_LESIONS_SOUGHT;
  while (sum(lesions.map((count) => Math.min(count, floor))) > room) floor -= 1;
  return floor;
}

/**
 * Raises `taken` towards `capacities` until it sums to `room` (or to the capacities, if they are less), each in
 * proportion to what it has left, rounded by largest remainder.
 */
function topUp(taken: readonly number[], capacities: readonly number[], room: number): readonly number[] {
  const left = capacities.map((capacity, s) => capacity - (taken[s] ?? 0));
  const toGive = Math.min(room - sum(taken), sum(left));
  if (toGive === 0) return taken;
  const exact = left.map((count) => (toGive * count) / sum(left));
  const whole = exact.map(Math.floor);
  const byRemainder = exact
    .map((share, s) => ({ s, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.s - b.s)
    .slice(0, toGive - sum(whole));
  const roundedUp = new Set(byRemainder.map(({ s }) => s));
  return taken.map((count, s) => count + (whole[s] ?? 0) + (roundedUp.has(s) ? 1 : 0));
}

function drawStratum<Case extends LesionImage>(
  stratum: Stratum,
  quota: number,
  cases: readonly Case[],
  seed: number,
): (Case & { readonly weight: number })[] {
  const order = <Item>(items: readonly Item[], what: string, key: (item: Item) => string) =>
    items
      .map((item) => ({ item, key: key(item), at: randomStream('sample', what, seed, key(item)).next() }))
      .sort((a, b) => a.at - b.at || compareText(a.key, b.key))
      .map(({ item }) => item);
  const sha = (at: number) => cases[at]?.imageSha256 ?? '';
  const lesions = order(stratum.lesions, 'lesion', (lesion) => lesion.key).map((lesion) => ({
    size: lesion.images.length,
    images: order(lesion.images, 'image', sha),
  }));
  const further = order(
    lesions.flatMap((lesion) => lesion.images.slice(1)),
    'further image',
    sha,
  );
  const drawn = new Set([...lesions.flatMap((lesion) => lesion.images.slice(0, 1)), ...further].slice(0, quota));
  const standsFor = lesions.flatMap((lesion) => {
    const kept = lesion.images.filter((at) => drawn.has(at));
    return kept.map((at) => ({ at, weight: lesion.size / kept.length }));
  });
  // The drawn lesions' images, scaled to those of the whole class (a ratio estimate).
  const scale = sum(lesions.map((lesion) => lesion.size)) / sum(standsFor.map(({ weight }) => weight));
  return standsFor.flatMap(({ at, weight }) => {
    const drawnCase = cases[at];
    return drawnCase === undefined ? [] : [{ ...drawnCase, weight: weight * scale }];
  });
}

function sampledClass(stratum: Stratum, images: readonly LesionImage[]): SampledClass[] {
  if (stratum.label === null) return [];
  const lesions = strataOf(images).reduce((count, drawn) => count + drawn.lesions.length, 0);
  return [
    {
      diagnosis: diagnosisOf(stratum.label),
      n: images.length,
      lesions,
      lesionsInSet: stratum.lesions.length,
      tooFew: lesions < FEWEST_LESIONS,
    },
  ];
}

const diagnosisOf = (label: ClassIndex): Diagnosis => DIAGNOSES[label];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
