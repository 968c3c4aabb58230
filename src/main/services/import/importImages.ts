import { randomUUID } from 'node:crypto';
import { badInput, EpsiloscopeError, interrupted } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { readImageFile, type ImageDecoder } from '../../imaging/index.ts';
import {
  canonicalJson,
  caseRow,
  hashOf,
  insertCases,
  insertImages,
  type CaseRecord,
  type ImageRecord,
  type OriginalName,
  type Workspace,
} from '../../store/index.ts';
import { changedFacts, knownIn, type ChangedFact, type Known } from './known.ts';
import type { ImportPlan, PlannedImage } from './plan.ts';
import { refusal, type Refusal } from './refusal.ts';

export interface ImportOptions {
  readonly decoder: Pick<ImageDecoder, 'inspectImage'>;
  readonly signal?: AbortSignal;
  /** Called after each image. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface ImportOutcome {
  /** Cases that were added. */
  readonly cases: number;
  /** Originals that were added; fewer than cases where two ids have the same picture. */
  readonly images: number;
  /** Images of the CSV that were in the workspace already, with the same picture. */
  readonly alreadyKnown: number;
  /** What the CSV says differently of those; nothing of it was taken over. */
  readonly changed: readonly ChangedFact[];
  /** Of the plan and of its images, in the order of the rows. */
  readonly refused: readonly Refusal[];
}

/** What became of one planned image. */
type Examined =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'known'; readonly changed: readonly ChangedFact[] }
  | { readonly kind: 'accepted'; readonly planned: PlannedImage; readonly image: ImageRecord | Sha256 };

/** Reads ahead while the decoder's processes are busy; each may hold one file in memory. */
const IMAGES_AT_A_TIME = 4;

/**
 * Does what the plan says: reads each file once, has these very bytes decoded, stores them under their hash, and at the
 * end adds all rows in one transaction. Until then the workspace is as it was; originals that an interrupted import has
 * stored are used by the next one.
 *
 * @throws EpsiloscopeError `NOTHING_ACCEPTED`, `INTERRUPTED`, `DISK_FULL`, ...
 */
export async function importImages(
  workspace: Workspace,
  plan: ImportPlan,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const known = knownIn(workspace.db);
  const examined = await examineAll(workspace, plan, known, options);
  const fileRefusals = examined.flatMap((each) => (each.kind === 'refused' ? [each.refusal] : []));
  const refused = [...plan.refused, ...fileRefusals].sort((left, right) => left.row - right.row);
  const accepted = examined.filter((each) => each.kind === 'accepted');
  const familiar = examined.filter((each) => each.kind === 'known');
  if (accepted.length + familiar.length === 0) throw nothingAccepted(refused);
  const images = accepted.length === 0 ? 0 : addCases(workspace, plan, accepted, known, refused.length);
  return {
    cases: accepted.length,
    images,
    alreadyKnown: familiar.length,
    changed: familiar.flatMap(({ changed }) => changed),
    refused,
  };
}

/** In the order of the plan. When one fails, or the signal aborts, none is begun any more and all that were are awaited. */
async function examineAll(
  workspace: Workspace,
  plan: ImportPlan,
  known: Known,
  { decoder, signal, onProgress }: ImportOptions,
): Promise<Examined[]> {
  const total = plan.images.length;
  const examined: Examined[] = [];
  const stop = new AbortController();
  const stopped = AbortSignal.any(signal === undefined ? [stop.signal] : [stop.signal, signal]);
  const queue = plan.images.entries();
  let done = 0;
  const work = async () => {
    for (const [at, planned] of queue) {
      if (stopped.aborted) return;
      examined[at] = await examine(workspace, planned, known, decoder, stopped);
      done += 1;
      onProgress?.({ done, total });
    }
  };
  const guarded = () =>
    work().catch((error: unknown) => {
      stop.abort(error);
    });
  await Promise.all(Array.from({ length: IMAGES_AT_A_TIME }, guarded));
  if (signal?.aborted === true) throw interrupted('The workspace is as it was before.', 'Run the same import again.');
  // The first one to fail: it stopped the others, and they say no more than that.
  if (stop.signal.aborted) throw stop.signal.reason;
  return examined;
}

async function examine(
  { images }: Workspace,
  planned: PlannedImage,
  known: Known,
  decoder: ImportOptions['decoder'],
  signal: AbortSignal,
): Promise<Examined> {
  const { label, path } = planned;
  try {
    const bytes = await readImageFile(path);
    const sha256 = hashOf(bytes);
    const before = known.cases.get(label.imageId);
    if (before?.imageSha256 === sha256) {
      // Checks the stored original, and brings it back where it was lost.
      await images.put(bytes);
      return { kind: 'known', changed: changedFacts(label, before) };
    }
    if (before !== undefined) {
      const reason = 'The workspace has another picture of this id; it stays.';
      return { kind: 'refused', refusal: refusal(label.row, label.imageId, 'ID_TAKEN', reason) };
    }
    if (known.images.has(sha256)) return { kind: 'accepted', planned, image: await images.put(bytes) };
    const facts = await decoder.inspectImage({ bytes }, { signal });
    await images.put(bytes);
    return { kind: 'accepted', planned, image: { sha256, bytes: bytes.length, ...facts } };
  } catch (error) {
    if (!isRefusedImage(error)) throw error;
    return { kind: 'refused', refusal: refusal(label.row, label.imageId, error.code, error.message) };
  }
}

/** The image is at fault, not the program: the others go on. */
const isRefusedImage = (error: unknown): error is EpsiloscopeError =>
  error instanceof EpsiloscopeError && error.kind === 'badInput' && error.code.startsWith('IMAGE_');

/** One transaction with its log entry; the number of originals that were new. */
function addCases(
  { db }: Workspace,
  { dialect }: ImportPlan,
  accepted: readonly Extract<Examined, { kind: 'accepted' }>[],
  known: Known,
  refused: number,
): number {
  const images = new Map<Sha256, ImageRecord>();
  const cases: CaseRecord[] = [];
  const names: OriginalName[] = [];
  const lesionKeyOf = lesionKeys(known);
  for (const { planned, image } of accepted) {
    const {
      imageId,
      facts: { lesionId, ...facts },
    } = planned.label;
    const imageSha256 = typeof image === 'string' ? image : image.sha256;
    if (typeof image !== 'string') images.set(imageSha256, image);
    const id = randomUUID();
    cases.push({ id, imageSha256, lesionKey: lesionKeyOf(lesionId), ...facts, dataset: dialect });
    names.push({ caseId: id, imageId, fileName: planned.fileName, lesionId });
  }
  const casesSha256 = hashOf(canonicalJson(cases.map(caseRow)));
  const details = { dialect, images: images.size, cases: cases.length, refused, casesSha256 };
  db.change({ act: 'images.imported', details }, (transaction) => {
    insertImages(transaction, [...images.values()]);
    insertCases(transaction, cases, names);
  });
  return images.size;
}

/** Images of one lesion share a random key, also across imports; an image of which no lesion is known is one by itself. */
function lesionKeys({ lesionKeys: stored }: Known): (lesionId: string | null) => string {
  const keys = new Map(stored);
  return (lesionId) => {
    if (lesionId === null) return randomUUID();
    const key = keys.get(lesionId) ?? randomUUID();
    keys.set(lesionId, key);
    return key;
  };
}

const REASONS_SHOWN = 5;

function nothingAccepted(refused: readonly Refusal[]): EpsiloscopeError {
  const reasons = refused
    .slice(0, REASONS_SHOWN)
    .map(({ row, imageId, reason }) => `row ${row} (${imageId}): ${reason}`);
  const more = refused.length > REASONS_SHOWN ? [`and ${refused.length - REASONS_SHOWN} more`] : [];
  return badInput('NOTHING_ACCEPTED', {
    happened: ['No row of the CSV could be imported.', ...reasons, ...more].join(' '),
    kept: 'The workspace is as it was before.',
    toDo: 'Check that the CSV belongs to this folder, and correct the rows.',
  });
}
