/** However a sample was drawn, by the rule of `drawSample` and from whatever set, nothing is held against it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIAGNOSES, type ClassIndex } from '../../../../../src/shared/domain/diagnosis.ts';
import type { AuditContent } from '../../../../../src/shared/contract/audit.ts';
import { drawSample, type LesionImage } from '../../../../../src/main/engine/metrics/index.ts';
import { ofSample } from '../../../../../src/main/services/audit/contradictions/index.ts';
import { planAgain } from '../../../../../src/main/services/audit/planAgain.ts';
import { manifestSha256 } from '../../../../../src/main/services/audit/planInputs.ts';
import { hashOf } from '../../../../../src/main/store/index.ts';
import { handMadeAudit } from '../handMade.ts';

const { content: BASIC } = handMadeAudit();
const [MODEL_ENTRIES = []] = BASIC.cases.map(({ models }) => models);

function drawnFrom(set: readonly LesionImage[], size: number | null, seed: number): AuditContent {
  const { images, of, lesions, how, perClass, unlabelled } = drawSample(set, { size, seed });
  const cases = images.map(({ imageId, imageSha256, lesionId, label, weight }) => ({
    imageId,
    imageSha256,
    lesionId,
    label: label === null ? null : DIAGNOSES[label],
    weight,
    models: MODEL_ENTRIES,
  }));
  const described = { n: cases.length, of, lesions, seed, how, unlabelled, manifestSha256: manifestSha256(cases) };
  return { ...BASIC, cases, sample: { ...described, perClass: perClass.map((one) => ({ ...one })) } };
}

const image = fc.record({
  label: fc.option(fc.integer({ min: 0, max: 6 }) as fc.Arbitrary<ClassIndex>, { nil: null }),
  // Lesions of several images, with several labels, or none.
  lesion: fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }),
  // Files that are alike to the byte.
  content: fc.integer({ min: 0, max: 300 }),
});

describe('a sample that was drawn by the rule', () => {
  it('agrees with its cases, whatever the set, the size and the seed', () => {
    fc.assert(
      fc.property(
        fc.array(image, { minLength: 1, maxLength: 150 }),
        fc.option(fc.integer({ min: 1, max: 160 }), { nil: null }),
        fc.nat(1000),
        (images, size, seed) => {
          const set = images.map(({ label, lesion, content }, at) => ({
            imageId: `ISIC_${at}`,
            imageSha256: hashOf(`${content}`),
            lesionId: lesion === null ? null : `HAM_${lesion}`,
            label,
          }));
          const content = drawnFrom(set, size, seed);
          expect(ofSample(content, planAgain(content))).toEqual([]);
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });
});
