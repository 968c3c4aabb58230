/** An engine process that dies while a case is examined: the person is told, and the next question works. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { nodeEngineLauncher } from '../../../src/main/hosts/node/launcher.ts';
import {
  createEngineClient,
  type EngineLauncher,
  type EngineProcess,
} from '../../../src/main/services/engine/index.ts';
import {
  ArrayStore,
  examine,
  explainCase,
  type ExamineDependencies,
} from '../../../src/main/services/examine/index.ts';
import { ModelInputs } from '../../../src/main/services/pictures/index.ts';
import { listCases, type Workspace } from '../../../src/main/store/index.ts';
import { FIRST_ATTACK, FIRST_EPSILONS_255 } from '../../../src/shared/contract/app/cases.ts';
import type { Engine } from '../../../src/shared/contract/engine.ts';
import { epsilonFrom255 } from '../../../src/shared/domain/epsilon.ts';
import { auditLab, type AuditLab } from '../../support/auditLab.ts';

const path = (relative: string) => join(import.meta.dirname, relative);
const ENGINE = path('../../../src/main/hosts/worker/engine.ts');
const DYING_ENGINE = path('../../support/engineThatDies.ts');
const EPSILONS = FIRST_EPSILONS_255.map(epsilonFrom255);

let lab: AuditLab;
let workspace: Workspace;
const processes: EngineProcess[] = [];
const engines: Engine[] = [];

beforeAll(async () => {
  lab = await auditLab(['ISIC_0001769,nv']);
  workspace = await lab.workspace('workspace');
});
afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())));
afterAll(() => {
  lab.close();
});

/** A client whose processes the test can kill. Wasm is there on every machine. */
function engineOf(entry: (launch: number) => string): Engine {
  const launcher: EngineLauncher = {
    launch: () => {
      const launched = nodeEngineLauncher(entry(processes.length), { EPSILOSCOPE_BACKEND: 'wasm' }).launch();
      processes.push(launched);
      return launched;
    },
  };
  processes.length = 0;
  const engine = createEngineClient(launcher);
  engines.push(engine);
  return engine;
}

async function caseOver(engine: Engine): Promise<{ dependencies: ExamineDependencies; target: Target }> {
  const model = await engine.call('loadModel', { directory: join(lab.folder, 'standard') });
  const dependencies = {
    engine,
    workspace,
    inputs: new ModelInputs(lab.decoder),
    arrays: new ArrayStore(),
    modelOf: () => Promise.resolve(model),
  };
  return { dependencies, target: { caseId: listCases(workspace.db)[0]?.id ?? '', modelSha256: model.sha256 } };
}
type Target = Pick<Parameters<typeof examine>[1], 'caseId' | 'modelSha256'>;

it('killed in the middle of an attack, it is started again by the next one, which gives what it would have given', async () => {
  const { dependencies, target } = await caseOver(engineOf(() => ENGINE));
  const asked = { ...target, attack: FIRST_ATTACK, epsilons: EPSILONS };
  const expected = await examine(dependencies, asked);
  const broken = examine(dependencies, asked, {
    // The engine is at work now.
    onProgress: () => {
      processes[0]?.kill();
    },
  });
  await expect(broken).rejects.toMatchObject({ code: 'ENGINE_DIED', kind: 'failed' });
  const again = await examine(dependencies, asked);
  expect(processes).toHaveLength(2);
  expect({ ...again, provenance: null }).toEqual({ ...expected, provenance: null });
});

it('killed before a map is asked for, the attacked input is still at hand and the map is made', async () => {
  const { dependencies, target } = await caseOver(engineOf(() => ENGINE));
  const { points } = await examine(dependencies, { ...target, attack: FIRST_ATTACK, epsilons: EPSILONS });
  const map = { ...target, map: 'effect', attackedArray: points.at(-1)?.attackedArray ?? null } as const;
  const expected = await explainCase(dependencies, map);
  processes[0]?.kill();
  await expect(dependencies.engine.call('describe', undefined)).rejects.toMatchObject({ code: 'ENGINE_DIED' });
  expect((await explainCase(dependencies, map)).array).toBe(expected.array);
});

it('dying before it can answer, it is tried again with each question', async () => {
  const { dependencies, target } = await caseOver(engineOf((launch) => (launch === 1 ? DYING_ENGINE : ENGINE)));
  const asked = { ...target, attack: FIRST_ATTACK, epsilons: EPSILONS };
  processes[0]?.kill();
  await expect(examine(dependencies, asked)).rejects.toMatchObject({ code: 'ENGINE_DIED' });
  await expect(examine(dependencies, asked)).rejects.toMatchObject({ code: 'ENGINE_DIED' });
  expect((await examine(dependencies, asked)).points).toHaveLength(EPSILONS.length);
});
