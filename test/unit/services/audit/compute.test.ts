/** An audit at an epsilon beyond the range of the search for the smallest one. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAudit, verifyAudit } from '../../../../src/main/services/audit/index.ts';
import { importImages, previewImport } from '../../../../src/main/services/import/index.ts';
import { openWorkspace } from '../../../../src/main/store/index.ts';
import { CLASS_COUNT, DIAGNOSES } from '../../../../src/shared/domain/diagnosis.ts';
import { LARGEST_SEARCHED_EPSILON } from '../../../../src/shared/domain/epsilon.ts';
import { auditLab, clock, type AuditLab } from '../../../support/auditLab.ts';
import { writeBlobs } from '../../../support/brokenModels.ts';
import { writeTestPackage } from '../../../support/modelPackages.ts';
import { TINY_SIDE } from '../../../support/tinyNetwork.ts';

const PATIENCE = 240_000;
const EPSILON = 64 / 255;

let lab: AuditLab;
beforeAll(async () => {
  lab = await auditLab(['ISIC_0012099,mel']);
}, PATIENCE);
afterAll(() => {
  lab.close();
});

/** Calls an image mel when it is on average brighter than `threshold`, else nv. */
async function writeLightMeter(directory: string, threshold: number): Promise<void> {
  const logitOf = (diagnosis: string, ifMel: number, ifNv: number, other: number) =>
    diagnosis === 'mel' ? ifMel : diagnosis === 'nv' ? ifNv : other;
  const slope = 10;
  const dense = tf.layers.dense({
    units: CLASS_COUNT,
    weights: [
      tf.tensor2d([0, 1, 2].map(() => DIAGNOSES.map((one) => logitOf(one, slope, 0, 0)))),
      tf.tensor1d(DIAGNOSES.map((one) => logitOf(one, -3 * slope * threshold, 0, -100))),
    ],
  });
  const pooling = tf.layers.globalAveragePooling2d({ inputShape: [TINY_SIDE, TINY_SIDE, 3] });
  const model = tf.sequential({ layers: [pooling, dense] });
  await writeTestPackage(directory, model, { id: 'light-meter' });
  model.dispose();
}

it(
  'takes a change that lies beyond the range of the search for the smallest known, with its verdict',
  async () => {
    // Blobs are of brightness 120 to 125: no smaller change than 35 turns a verdict, and 64 turns all.
    await writeLightMeter(join(lab.folder, 'light-meter'), 160 / 255);
    const { images, labels } = writeBlobs(join(lab.folder, 'blobs'), 7, 5);
    const workspace = await openWorkspace(join(lab.folder, 'workspace'), { clock, command: 'epsiloscope test' });
    try {
      await importImages(workspace, await previewImport(images, labels), { decoder: lab.decoder });
      const { audit } = await runAudit(lab.over(workspace), {
        ...lab.options,
        modelDirectories: [join(lab.folder, 'light-meter')],
        budget: 'basic',
        attacks: ['pgd'],
        epsilons: [4 / 255, EPSILON],
      });
      expect(EPSILON).toBeGreaterThan(LARGEST_SEARCHED_EPSILON);
      const turned = audit.content.cases.filter(({ label }) => label === 'nv').flatMap(({ models }) => models);
      expect(turned).toHaveLength(1);
      for (const { minimalEpsilon, minimalEpsilonVerdict, minimalEpsilonSurvivesRounding } of turned) {
        expect([minimalEpsilon, minimalEpsilonVerdict]).toEqual([EPSILON, 'mel']);
        expect(minimalEpsilonSurvivesRounding).toBeNull();
      }
      expect(verifyAudit(JSON.stringify(audit)).checks.filter(({ ok }) => !ok)).toEqual([]);
    } finally {
      workspace.close();
    }
  },
  PATIENCE,
);
