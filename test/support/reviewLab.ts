/** Workspaces with cases, verdicts and reviewers by hand: real rows in a real database, of images that nobody decodes. */
import { randomUUID } from 'node:crypto';
import { hashOf, insertCases, insertImages, type WritableDb } from '../../src/main/store/index.ts';
import type { Provenance, ScreenedVerdict } from '../../src/shared/contract/app/cases.ts';
import { EMPTY_ANNOTATION, type Annotation } from '../../src/shared/domain/annotation.ts';
import { DIAGNOSES, type Diagnosis } from '../../src/shared/domain/diagnosis.ts';
import type { Sha256 } from '../../src/shared/kernel/ids.ts';

/** A pair of models. */
export const PAIR = { first: hashOf('the first model'), second: hashOf('the second model') } as const;
export const ANOTHER_MODEL = hashOf('another model');

export interface CaseByHand {
  readonly imageId: string;
  readonly lesionId: string | null;
  /** Cases of the same word have the same image. */
  readonly image: string;
  readonly dx: Diagnosis | null;
  readonly dxType: string | null;
  readonly age: number | null;
  readonly sex: string | null;
  readonly site: string | null;
  readonly dataset: string;
}

export const caseByHand = (imageId: string, facts: Partial<CaseByHand> = {}): CaseByHand => ({
  ...{ imageId, lesionId: null, image: imageId, dx: null, dxType: null, age: null, sex: null, site: null },
  ...{ dataset: 'plain', ...facts },
});

export const imageOf = ({ image }: Pick<CaseByHand, 'image'>): Sha256 => hashOf(image);

/** Adds the cases in one change; their ids. Images are 400 x 300. */
export function addCases(db: WritableDb, cases: readonly CaseByHand[]): string[] {
  const ids = cases.map(() => randomUUID());
  const facts = { bytes: 1, format: 'jpeg', width: 400, height: 300 };
  const images = [...new Set(cases.map(imageOf))].map((sha256) => ({ sha256, ...facts }));
  const records = cases.map((one, at) => ({
    ...{ id: ids[at] ?? '', imageSha256: imageOf(one), dx: one.dx, dxType: one.dxType, age: one.age },
    ...{ sex: one.sex, site: one.site, dataset: one.dataset },
    lesionKey: one.lesionId === null ? randomUUID() : hashOf(one.lesionId),
  }));
  const names = cases.map(({ imageId, lesionId }, at) => ({
    ...{ caseId: ids[at] ?? '', imageId, fileName: `${imageId}.jpg`, lesionId },
  }));
  const details = { dialect: 'plain', images: images.length, cases: ids.length, refused: 0, casesSha256: hashOf('') };
  db.change({ act: 'images.imported', details }, (transaction) => {
    insertImages(transaction, images);
    insertCases(transaction, records, names);
  });
  return ids;
}

/** What a model says; `change`: the smallest epsilon, in 1/255, and the verdict there. */
export function verdictByHand(
  modelSha256: Sha256,
  verdict: Diagnosis,
  change: readonly [epsilon255: number, to: Diagnosis] | null = null,
): ScreenedVerdict {
  const provenance = {
    ...{ modelSha256, attack: 'pgd(norm=linf, steps=20)', seed: 1, backend: 'tensorflow', device: 'CPU', threads: 2 },
    ...{ numericsFingerprint: hashOf('numerics'), at: '2026-01-31T09:30:00.000Z' },
  } as const satisfies Provenance;
  return {
    ...{ modelSha256, verdict, probabilities: DIAGNOSES.map((dx) => (dx === verdict ? 0.7 : 0.05)), provenance },
    minimalEpsilon: change === null ? null : change[0] / 255,
    changedTo: change === null ? null : change[1],
    survivesRounding: change === null ? null : true,
  };
}

export const annotationByHand = (said: Partial<Annotation> = {}): Annotation => ({ ...EMPTY_ANNOTATION, ...said });

/** With a reading, and so an answer. */
export const answer = (dx: Diagnosis, said: Partial<Annotation> = {}): Annotation =>
  annotationByHand({ reading: { kind: 'diagnosis', dx }, confidence: 'likely', ...said });
