/** The engine as its callers meet it: a real child process, behind the Node launcher. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bim } from '../../../src/main/engine/attacks/index.ts';
import { startBackend } from '../../../src/main/engine/backend/index.ts';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import {
  createEngineClient,
  createEnginePool,
  type EngineLauncher,
  type EngineProcess,
} from '../../../src/main/services/engine/index.ts';
import type { Engine, EngineReply, InputBatch, LoadedModel } from '../../../src/shared/contract/engine.ts';
import { EpsiloscopeError } from '../../../src/shared/kernel/errors.ts';
import { sha256 } from '../../../src/shared/kernel/ids.ts';
import { TINY_NET, writeTinyModel } from '../../support/modelPackages.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const ENGINE = path('../../../src/main/hosts/worker/engine.ts');
const FAULTY_ENGINE = path('../../support/engineWithFaults.ts');
const DYING_ENGINE = path('../../support/engineThatDies.ts');
/** Wasm is there on every machine. */
const WASM = { EPSILOSCOPE_BACKEND: 'wasm' };

let folder: string;
let model: LoadedModel;
const engines: Engine[] = [];
const processes: EngineProcess[] = [];

/** A launcher that keeps its processes, so that a test can kill them. */
function watched(entry: string): EngineLauncher {
  const launcher = nodeEngineLauncher(entry, WASM);
  return {
    launch: () => {
      const launched = launcher.launch();
      processes.push(launched);
      return launched;
    },
  };
}

function engine(entry = ENGINE, now?: () => number): Engine {
  const client = createEngineClient(watched(entry), now && { now });
  engines.push(client);
  return client;
}

function pool(size: number, entry = ENGINE): Engine {
  const several = createEnginePool(watched(entry), size);
  engines.push(several);
  return several;
}

async function refusal(work: Promise<unknown>): Promise<EpsiloscopeError> {
  const outcome = await work.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );
  if (outcome instanceof EpsiloscopeError) return outcome;
  throw new Error(`Expected a refusal, got: ${String(outcome)}`);
}

const side = TINY_NET.input;
const batch = (count: number): InputBatch => ({
  height: side,
  width: side,
  pixels: Uint8Array.from({ length: count * side * side * 3 }, (_, at) => (at * 7919) % 256),
  imageSha256: Array.from({ length: count }, (_, image) => sha256(image.toString(16).padStart(64, '0'))),
});

beforeAll(async () => {
  await startBackend();
  folder = await mkdtemp(join(tmpdir(), 'engine-process-'));
  model = await writeTinyModel(join(folder, 'tiny'));
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((client) => client.close()));
  for (const launched of processes.splice(0)) launched.kill();
});
afterAll(() => rm(folder, { recursive: true }));

describe('the engine process', () => {
  const client = createEngineClient(nodeEngineLauncher(ENGINE, WASM));
  afterAll(() => client.close());

  it('says which numerics compute in it', async () => {
    const facts = await client.call('describe', undefined);
    expect(facts).toMatchObject({ backend: 'wasm', device: 'CPU', threads: 1 });
    expect(facts.numericsFingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tests itself: speed, repeatability, memory', async () => {
    const fastest = createEngineClient(nodeEngineLauncher(ENGINE));
    engines.push(fastest);
    const result = await fastest.call('selfTest', undefined);
    expect(result.repeatable).toBe(true);
    expect(result.forwardMsPerImage).toBeGreaterThan(0);
    expect(result.gradientMsPerImage).toBeGreaterThan(0);
    expect(result.rssBytes).toBeLessThan(1.5e9);
  });

  it('loads a model, judges inputs with it, attacks them and reports its progress', async () => {
    const loaded = await client.call('loadModel', { directory: join(folder, 'tiny') });
    expect(loaded).toEqual(model);
    const { probabilities, logits } = await client.call('predict', { modelSha256: model.sha256, inputs: batch(3) });
    expect([logits.length, probabilities.length]).toEqual([21, 21]);
    const events: unknown[] = [];
    const attack = bim({ steps: 2, criterion: { kind: 'verdictChanged' } });
    const request = {
      modelSha256: model.sha256,
      inputs: batch(3),
      labels: [null, null, null],
      attack,
      epsilons: [1 / 255, 2 / 255],
      seed: 1,
      wantAdversarials: true,
      broken: null,
      carry: true,
    };
    const { outcomes } = await client.call('attack', request, { onEvent: (event) => events.push(event) });
    expect(outcomes.map(({ image, epsilon }) => [image, Math.round(epsilon * 255)])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(outcomes[0]?.adversarial).toBeInstanceOf(Float32Array);
    expect(events.at(-1)).toEqual({ done: 6, total: 6 });
  });

  it('stops an attack that would take years when its signal aborts, and takes the next call', async () => {
    const { logits } = await client.call('predict', { modelSha256: model.sha256, inputs: batch(1) });
    const verdict = logits.indexOf(Math.max(...logits)) as 0;
    const wrongLabel = ((verdict + 1) % 7) as 0;
    const controller = new AbortController();
    const endless = client.call(
      'attack',
      {
        modelSha256: model.sha256,
        // The first image meets the criterion unperturbed: its outcome is reported at once. The others never do.
        inputs: { ...batch(2), pixels: new Uint8Array([...batch(1).pixels, ...batch(1).pixels]) },
        labels: [wrongLabel, verdict],
        attack: { ...bim({ steps: 1e9, criterion: { kind: 'misclassified' } }), relativeStepSize: 0 },
        epsilons: [1 / 255],
        seed: 1,
        wantAdversarials: false,
        broken: null,
        carry: true,
      },
      {
        signal: controller.signal,
        onEvent: () => {
          controller.abort();
        },
      },
    );
    expect(await refusal(endless)).toMatchObject({ code: 'INTERRUPTED', kind: 'interrupted' });
    expect(await client.call('describe', undefined)).toMatchObject({ backend: 'wasm' });
  });

  it('refuses calls that were cancelled before they began', async () => {
    const neverStarted = engine();
    const error = await refusal(neverStarted.call('describe', undefined, { signal: AbortSignal.abort() }));
    expect(error.code).toBe('INTERRUPTED');
    expect(processes).toHaveLength(0);
  });
});

describe('an engine that dies', () => {
  const training = {
    dataFile: '',
    recipe: 'standard',
    epsilon: 0,
    seed: 1,
    epochs: 1,
    out: '',
    modelId: '',
    title: '',
  } as const;

  it('by kill -9 in mid-call refuses that call; the next one finds a new process with the same models', async () => {
    const client = engine(FAULTY_ENGINE);
    await client.call('loadModel', { directory: join(folder, 'tiny') });
    const work = client.call('train', training, { onEvent: () => processes[0]?.kill() });
    const error = await refusal(work);
    expect(error).toMatchObject({ code: 'ENGINE_DIED', kind: 'failed' });
    expect(error.message).toContain('SIGKILL');
    const request = { knownSuccess: [null], modelSha256: model.sha256, inputs: batch(1), labels: [null], seed: 1 };
    const attack = bim({ steps: 1, criterion: { kind: 'verdictChanged' } });
    const { outcomes } = await client.call('minimalEpsilon', { ...request, attack });
    expect(outcomes).toHaveLength(1);
    expect(processes).toHaveLength(2);
  });

  it('by an unhandled rejection says so with its last words', async () => {
    const error = await refusal(engine(FAULTY_ENGINE).call('selfTest', undefined));
    expect(error.code).toBe('ENGINE_DIED');
    expect(error.message).toContain('code 70');
    expect(error.message).toContain('a promise that nobody awaits');
  });

  it('is started again three times within ten minutes, and again once they have passed', async () => {
    let minutes = 0;
    const client = engine(DYING_ENGINE, () => minutes * 60_000);
    const code = async () => (await refusal(client.call('selfTest', undefined))).code;
    for (let death = 0; death < 4; death += 1) {
      expect(await code()).toBe('ENGINE_DIED');
      minutes += 1;
    }
    expect(await code()).toBe('ENGINE_GIVES_UP');
    minutes = 12;
    expect(await code()).toBe('ENGINE_DIED');
    expect(processes).toHaveLength(5);
  });

  it('on request refuses what was under way, and everything after', async () => {
    const client = engine(FAULTY_ENGINE);
    const closing: Promise<void>[] = [];
    const work = client.call('train', training, { onEvent: () => closing.push(client.close()) });
    expect((await refusal(work)).code).toBe('INTERRUPTED');
    await Promise.all(closing);
    expect((await refusal(client.call('describe', undefined))).code).toBe('INTERRUPTED');
  });

  it('does so by itself when its parent goes away', async () => {
    const child = fork(ENGINE, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: 'ignore',
      env: { ...process.env, ...WASM },
    });
    child.send({ type: 'call', id: 1, method: 'describe' });
    await once(child, 'message');
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('hostile messages', () => {
  let launched: EngineProcess;
  let answered: (reply: EngineReply) => void;

  beforeAll(() => {
    launched = nodeEngineLauncher(ENGINE, WASM).launch();
    launched.onReply((reply) => {
      answered(reply as EngineReply);
    });
  });
  afterAll(() => {
    launched.kill();
  });

  const answerTo = (message: unknown) =>
    new Promise<EngineReply>((resolve) => {
      answered = resolve;
      launched.send(message as never);
    });

  it.each<[string, unknown]>([
    ['null', null],
    ['a string', 'call'],
    ['a call without id', { type: 'call', method: 'describe' }],
    ['a call with an id that is no number', { type: 'call', id: {}, method: 'describe' }],
    ['a method that is not one', { type: 'call', id: 1, method: 'constructor' }],
    ['a method inherited by every object', { type: 'call', id: 1, method: '__proto__' }],
    ['parameters that are missing', { type: 'call', id: 1, method: 'attack' }],
    ['parameters of another type', { type: 'call', id: 1, method: 'loadModel', params: { directory: 7 } }],
    ['a folder that is not there', { type: 'call', id: 1, method: 'loadModel', params: { directory: '/no/such' } }],
    ['a model that is not loaded', { type: 'call', id: 1, method: 'predict', params: { modelSha256: 'x' } }],
  ])('%s: answered with an error, and the engine goes on', async (_name, message) => {
    expect((await answerTo(message)).type).toBe('error');
    expect(await answerTo({ type: 'call', id: 2, method: 'describe' })).toMatchObject({ type: 'result', id: 2 });
  });

  it('a result that cannot be sent becomes an error', async () => {
    const inputs = batch(0);
    const error = await refusal(engine(FAULTY_ENGINE).call('predict', { modelSha256: model.sha256, inputs }));
    expect(error.message).toContain('could not be cloned');
  });
});

describe('several engine processes behind one', () => {
  const training = { data: '', recipe: 'standard', epsilon: 0, seed: 1, epochs: 1, out: '', modelId: '', title: '' };

  it('are started when they are needed, all know the models, and give the same answers', async () => {
    const several = pool(3);
    await several.call('describe', undefined);
    expect([processes.length, several.width]).toEqual([1, 3]);
    expect(await several.call('loadModel', { directory: join(folder, 'tiny') })).toEqual(model);
    expect(processes).toHaveLength(3);
    const request = { modelSha256: model.sha256, inputs: batch(2) };
    const answers = await Promise.all([1, 2, 3].map(() => several.call('predict', request)));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('work at the same time; when one dies, the calls of the others go on, and it is started again', async () => {
    const several = pool(2, FAULTY_ENGINE);
    await several.call('loadModel', { directory: join(folder, 'tiny') });
    const begun: (() => void)[] = [];
    const bothBegun = Promise.all([0, 1].map(() => new Promise<void>((resolve) => begun.push(resolve))));
    const works = begun.map((onEvent) => several.call('train', training as never, { onEvent }));
    // Neither ends by itself: both are under way at once.
    await bothBegun;
    const second = refusal(works[1] as Promise<unknown>);
    processes[0]?.kill();
    expect((await refusal(works[0] as Promise<unknown>)).code).toBe('ENGINE_DIED');
    // The free one is asked: a new process, which has been told of the model.
    const request = { knownSuccess: [null], modelSha256: model.sha256, inputs: batch(1), labels: [null], seed: 1 };
    const attack = bim({ steps: 1, criterion: { kind: 'verdictChanged' } });
    expect((await several.call('minimalEpsilon', { ...request, attack })).outcomes).toHaveLength(1);
    expect(processes).toHaveLength(3);
    await several.close();
    expect((await second).code).toBe('INTERRUPTED');
  });
});
