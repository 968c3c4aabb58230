import type { InferContractRouterInputs } from '@orpc/contract';
import type { apiContract } from '../../src/shared/contract/api.ts';
import { EMPTY_ANNOTATION } from '../../src/shared/domain/annotation.ts';
import { EVERYTHING } from '../../src/shared/domain/library.ts';
import { FIRST_ATTACK } from '../../src/shared/contract/app/cases.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/contract/app/program.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';

export interface Known {
  readonly caseId: string;
  readonly models: readonly [string, string];
  readonly workspace: string;
  readonly reviewer: string;
}

type AllInputs = InferContractRouterInputs<typeof apiContract>;
type SomeInputs = { readonly [Group in keyof AllInputs]?: Partial<AllInputs[Group]> };

/** A good question of each kind that takes an input, about a workspace that is there. */
const groupsAbout = ({ caseId, models, workspace, reviewer }: Known): SomeInputs => ({
  program: {
    saveSettings: { ...DEFAULT_SETTINGS, shortcuts: { fit: 'mod+0' } },
    chooseFolder: { purpose: 'images' },
  },
  session: {
    openRecent: { id: workspace },
    openFolder: { grant: NOBODY },
    create: { name: 'Klinik A' },
    addReviewer: { name: 'Dr. Ä', role: 'dermatologist' },
    chooseReviewer: { id: reviewer },
    setBlind: { blind: false },
    choosePair: { first: models[0], second: models[1] },
  },
  library: {
    page: { query: { ...EVERYTHING, facets: { state: ['open'] } }, offset: 0, limit: 50 },
    facets: { query: EVERYTHING },
    neighbours: { query: EVERYTHING, caseId },
    saveWorklist: { name: 'Monday', selection: { kind: 'cases', ids: [caseId] } },
    renameWorklist: { id: NOBODY, name: 'Tuesday' },
    removeWorklist: { id: NOBODY },
  },
  cases: {
    open: { caseId },
    examine: { caseId, modelSha256: models[0], attack: FIRST_ATTACK, epsilons: [1 / 255, 2 / 255] },
    explain: { caseId, modelSha256: models[0], map: 'saliency', attackedArray: null },
  },
  annotations: {
    save: {
      caseId,
      reviewerId: reviewer,
      base: 0,
      content: {
        ...EMPTY_ANNOTATION,
        reading: { kind: 'diagnosis', dx: 'nv' },
        tags: ['teaching'],
        shapes: [{ kind: 'point', id: NOBODY, label: '', at: { x: 10, y: 20 } }],
      },
    },
    history: { caseId },
  },
  importing: {
    beginUpload: { names: ['a.jpg', 'b/labels.csv'] },
    dropUpload: { id: NOBODY },
    preview: { source: { kind: 'upload', id: NOBODY }, labels: null },
    run: { plan: NOBODY },
    report: { work: NOBODY },
  },
  work: {
    cancel: { id: NOBODY },
    screen: { selection: { kind: 'query', query: EVERYTHING }, models: [models[0]] },
  },
  models: {
    preview: { source: { kind: 'folder', grant: NOBODY } },
    import: { plan: NOBODY, description: null },
    remove: { sha256: 'f'.repeat(64) },
  },
});

/** The same, by the procedure's path: `group.name`. */
export const examplesAbout = (known: Known): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(groupsAbout(known)).flatMap(([group, inputs]) =>
      Object.entries(inputs).map(([name, input]) => [`${group}.${name}`, input]),
    ),
  );
