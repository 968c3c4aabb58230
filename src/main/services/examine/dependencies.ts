import type { Engine, LoadedModel } from '../../../shared/contract/engine.ts';
import type { Sha256 } from '../../../shared/kernel/ids.ts';
import { findCase, type Workspace } from '../../store/index.ts';
import { caseUnknown } from '../library/index.ts';
import type { ModelInputs } from '../pictures/index.ts';
import type { ArrayStore } from './arrays.ts';
import { modelUnknown } from './refusals.ts';

/** What a case is examined with. All but the workspace live as long as the program. */
export interface ExamineDependencies {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly inputs: ModelInputs;
  readonly arrays: ArrayStore;
  /** The models that the engine holds; null where there is none of this hash. */
  readonly modelOf: (sha256: Sha256) => Promise<LoadedModel | null>;
}

export interface ExamineControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** @throws EpsiloscopeError `CASE_UNKNOWN`, `MODEL_UNKNOWN`, and where the image cannot be read */
export async function caseAndModel(
  { workspace, inputs, modelOf }: ExamineDependencies,
  asked: { readonly caseId: string; readonly modelSha256: Sha256 },
  signal: AbortSignal | undefined,
) {
  const found = findCase(workspace.db, asked.caseId);
  if (found === undefined) throw caseUnknown();
  const model = await modelOf(asked.modelSha256);
  if (model === null) throw modelUnknown();
  const { input } = model.card;
  const batch = await inputs.batchOfOne(workspace.images, found.image.sha256, input, signal);
  return { model, input: batch, shape: { height: input.height, width: input.width } };
}
