import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFacts, EngineMethods } from '../../../shared/contract/engine.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { badInput } from '../../../shared/kernel/errors.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { runAttack, runMinimalEpsilon, runTrace } from '../../engine/attacks/index.ts';
import { judge, probabilitiesOf } from '../../engine/attacks/judgement.ts';
import { startBackend } from '../../engine/backend/index.ts';
import { runCertify, runProbe, runToTheEnd, withInputs } from '../../engine/evidence/index.ts';
import { packBareModel } from '../../engine/models/bare.ts';
import { runExplain } from '../../engine/explain/index.ts';
import type { Classifier } from '../../engine/models/classifier.ts';
import { openModelPackage, type OpenedModel } from '../../engine/models/package.ts';
import { runSelfTest } from '../../engine/selfTest.ts';
import type { CallContext, EngineImplementation } from '../../engine/server.ts';
import { removeCheckpoint } from '../../engine/training/checkpoint.ts';
import { finishTraining } from '../../engine/training/finish.ts';
import { train } from '../../engine/training/train.ts';

/**
 * What the engine can do, over one backend and the models loaded so far. The backend starts with the first call.
 *
 * @param open opens a model package
 */
export function engineMethods(
  open: (directory: string) => Promise<OpenedModel> = openModelPackage,
): EngineImplementation {
  let starting: Promise<EngineFacts> | null = null;
  const facts = () => (starting ??= startBackend());
  const models = new Map<Sha256, OpenedModel>();

  const classifierOf = (sha256: Sha256): Classifier => {
    const model = models.get(sha256);
    if (model) return model.classifier;
    throw badInput('MODEL_NOT_LOADED', {
      happened: `The engine holds no model package with the hash ${sha256}.`,
      kept: 'Every result stored before.',
      toDo: 'Check that the model package still lies in its folder unchanged, then start the same work again.',
    });
  };

  return {
    describe: facts,
    selfTest: async (_params, context) => {
      await facts();
      return runSelfTest(context);
    },
    loadModel: async ({ directory }) => {
      await facts();
      const opened = await open(directory);
      models.get(opened.sha256)?.classifier.dispose();
      models.set(opened.sha256, opened);
      return { card: opened.card, sha256: opened.sha256 };
    },
    packModel: async ({ directory, description, out }) => {
      await facts();
      return { card: await packBareModel(directory, description, out, systemClock) };
    },
    predict: async (params, context) => predict(classifierOf(params.modelSha256), params, context),
    attack: async (params, { signal, emit }) => {
      const control = { signal, onProgress: emit };
      return { outcomes: await runAttack(classifierOf(params.modelSha256), params, control) };
    },
    minimalEpsilon: async (params, { signal, emit }) => {
      const control = { signal, onProgress: emit };
      return { outcomes: await runMinimalEpsilon(classifierOf(params.modelSha256), params, control) };
    },
    runToTheEnd: async (params, { signal, emit }) => {
      const control = { signal, onProgress: emit };
      const judges = params.judges.map(classifierOf);
      return { outcomes: await runToTheEnd(classifierOf(params.modelSha256), judges, params, control) };
    },
    trace: async (params, { signal, emit }) =>
      runTrace(classifierOf(params.modelSha256), params, { signal, onProgress: emit }),
    explain: async (params, { signal }) => runExplain(classifierOf(params.modelSha256), params, { signal }),
    probe: async (params, { signal, emit }) => {
      const control = { signal, onProgress: emit };
      return { outcomes: await runProbe(classifierOf(params.modelSha256), params, control) };
    },
    certify: async (params, { signal, emit }) => {
      const control = { signal, onProgress: emit };
      return { outcomes: await runCertify(classifierOf(params.modelSha256), params, control) };
    },
    train: async (params, context) => trainModel(params, await facts(), context),
  };
}

async function predict(
  classifier: Classifier,
  { inputs }: EngineMethods['predict']['params'],
  { signal }: CallContext<never>,
): Promise<EngineMethods['predict']['result']> {
  const { classes } = classifier;
  const rows = await withInputs(classifier, inputs, (images) => judge(classifier, images, { signal }));
  const logits = new Float32Array(rows.length * classes);
  const probabilities = new Float32Array(rows.length * classes);
  for (const [image, row] of rows.entries()) {
    logits.set(row, image * classes);
    probabilities.set(probabilitiesOf(row), image * classes);
  }
  return { logits, probabilities };
}

async function trainModel(
  params: EngineMethods['train']['params'],
  facts: EngineFacts,
  { signal, emit }: CallContext<EngineMethods['train']['event']>,
): Promise<EngineMethods['train']['result']> {
  await mkdir(params.out, { recursive: true });
  const events = train(params, signal);
  let next = await events.next();
  while (next.done !== true) {
    emit(next.value);
    next = await events.next();
  }
  if (next.value.stopped === 'request') return { directory: params.out, stopped: true };
  await finishTraining(params, next.value, facts, systemClock, { signal });
  await removeCheckpoint(params.out);
  return { directory: join(params.out, params.modelId), stopped: false };
}
