import type { Audit, Budget } from '../../../shared/contract/audit.ts';
import type { Engine, LoadedModel } from '../../../shared/contract/engine.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { ImageDecoder } from '../../imaging/index.ts';
import type { Workspace } from '../../store/index.ts';

/** The headline attacks that an audit can be asked for; `clean` is always part of it. */
export const AUDIT_ATTACKS = ['noise', 'fgsm', 'bim', 'pgd'] as const;
export type AuditAttackName = (typeof AUDIT_ATTACKS)[number];

export interface AuditOptions {
  /** Folders of model packages, in the order in which they are to be shown. */
  readonly modelDirectories: readonly string[];
  readonly attacks: readonly AuditAttackName[];
  /** In [0, 1], ascending, without doubles. */
  readonly epsilons: readonly number[];
  readonly norm: 'linf' | 'l2';
  /** What runs beyond the headline attacks; docs/audit-json.md lists it. */
  readonly budget: Budget;
  /** Certify a part of the sample by randomized smoothing as well: slow. */
  readonly certificate: boolean;
  /** Images in the sample; null: all. */
  readonly sample: number | null;
  readonly seed: number;
  /** Keep the attacked inputs, so that `AuditRun.adversarials` can give them. */
  readonly keepAdversarials: boolean;
  /** Write the image ids of the labels file into the audit, in place of pseudonymous ones. */
  readonly originalIds: boolean;
  /** Cases of one block, the part of the work that shards are made of; default: `CASES_PER_BLOCK`. */
  readonly casesPerBlock?: number;
}

export interface AuditDependencies {
  readonly workspace: Workspace;
  readonly engine: Engine;
  readonly decoder: ImageDecoder;
  readonly clock: Clock;
  /** Name and version of the app, for `run.app`. */
  readonly app: string;
}

export interface AuditProgress {
  /** What is being done, for a person: `standard: PGD, images 65 to 128`. */
  readonly phase: string;
  /** Weighted, 0..1. */
  readonly fraction: number;
  /** Null until it can be told. */
  readonly secondsLeft: number | null;
}

export interface AuditControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AuditProgress) => void;
}

/**
 * A verdict of an audit: on the clean image, or on what a headline attack made of it; `directed`: what the one towards a
 * benign verdict made of it.
 */
export type VerdictAt =
  | { readonly attack: 'clean' }
  | { readonly attack: AuditAttackName; readonly epsilon: number; readonly directed?: boolean };

/** A finished audit. */
export interface AuditRun {
  readonly audit: Audit;
  readonly models: readonly LoadedModel[];
  /** Every unit of this run was on file before it started: nothing was computed. */
  readonly fromFile: boolean;
  /** The id in the labels file of each case, in the order of `cases`; patient data: for the terminal only. */
  readonly originalIds: readonly string[];
  /** Clean inputs of a model in the order of `cases`: float32 `[n, height, width, 3]` in [0, 1]. */
  cleanInputs(modelId: string): Promise<Float32Array>;
  /** Attacked inputs in the order of `cases`; only with `keepAdversarials`. */
  adversarials(modelId: string, attack: AuditAttackName, epsilon: number): Float32Array;
  /**
   * Logit of a verdict minus the next one, the case by its place in `cases`; computed anew. Of a directed attack: between the
   * largest logits of benign and of malignant classes.
   */
  logitMargin(modelId: string, position: number, at: VerdictAt): Promise<number>;
}
