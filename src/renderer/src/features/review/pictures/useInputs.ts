import { useMemo } from 'react';
import type { ArrayShape, ExaminedPoint } from '../../../../../shared/contract/app/cases.ts';
import { float32 } from '../../../api/pictures.ts';
import { useKeptArray } from '../useKept.ts';
import type { Examining } from '../useExamination.ts';

/** The model input of one side, clean and attacked, as far as it has arrived. */
export interface Inputs {
  readonly shape: ArrayShape | undefined;
  readonly clean: Uint8Array | undefined;
  /** Values in [0, 1]; undefined where nothing is attacked as well. */
  readonly attacked: Float32Array | undefined;
  /** The program no longer keeps them although the attack was run again. */
  readonly lost: boolean;
  readonly failure: Error | null;
  readonly retry: () => void;
}

/** @param point what is shown; null: the clean input */
export function useInputs({ examination, again }: Examining, point: ExaminedPoint | null): Inputs {
  const clean = useKeptArray(examination?.clean.inputArray, again);
  const attacked = useKeptArray(point?.attackedArray, again);
  const values = useMemo(() => (attacked.bytes === undefined ? undefined : float32(attacked.bytes)), [attacked.bytes]);
  return {
    shape: examination?.shape,
    clean: clean.bytes,
    attacked: point === null ? undefined : values,
    lost: clean.lost || attacked.lost,
    failure: clean.failure ?? attacked.failure,
    retry: () => {
      clean.retry();
      attacked.retry();
    },
  };
}
