import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import type { ExaminedPoint, ExplanationMap, MapKind } from '../../../../../shared/contract/app/cases.ts';
import { float32 } from '../../../api/pictures.ts';
import type { ShownMap } from '../look.ts';
import type { Side } from '../useSide.ts';
import { useExplanation, useKeptArray } from '../useKept.ts';
import type { ColourMap } from './colourMaps.ts';
import { type Limit, limitOf, signedMap, sizeMap } from './perturbation.ts';
import type { Inputs } from './useInputs.ts';

type MapUnit = 'margin' | 'step' | 'gradient' | 'activation';

export type MapState =
  | {
      readonly kind: 'map';
      /** Row by row, one for each pixel of the input. */
      readonly values: Float32Array;
      readonly limit: Limit;
      readonly colours: ColourMap;
      readonly unit: MapUnit;
      /** Of the program's maps; null where the page computed it. */
      readonly explanation: ExplanationMap | null;
    }
  | { readonly kind: 'waiting' }
  /** There is no perturbation to be mapped. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly error: Error | null; readonly retry: () => void };

/** How long the slider must rest before the program is asked: each map is many gradients. */
const REST_MILLISECONDS = 120;

const COLOURS: Readonly<Record<ShownMap, ColourMap>> = {
  effect: 'diverging',
  size: 'viridis',
  signed: 'diverging',
  saliency: 'viridis',
  gradCam: 'viridis',
};

const UNITS: Readonly<Record<ShownMap, MapUnit>> = {
  effect: 'margin',
  size: 'step',
  signed: 'step',
  saliency: 'gradient',
  gradCam: 'activation',
};

const ofThePage = (map: ShownMap): map is 'size' | 'signed' => map === 'size' || map === 'signed';
const needsAttack = (map: ShownMap): boolean => map !== 'saliency' && map !== 'gradCam';

/** The chosen map of what is shown of one side. */
export function useShownMap(
  caseId: string,
  side: Side,
  point: ExaminedPoint | null,
  inputs: Inputs,
  map: ShownMap,
): MapState {
  const asked = useProgramMap(caseId, side, point, ofThePage(map) ? null : map);
  const own = useMemo(
    () =>
      ofThePage(map) && inputs.clean !== undefined && inputs.attacked !== undefined
        ? (map === 'size' ? sizeMap : signedMap)(inputs.clean, inputs.attacked)
        : undefined,
    [map, inputs.clean, inputs.attacked],
  );
  const values = ofThePage(map) ? own : asked.values;
  const limit = useMemo(() => (values === undefined ? undefined : limitOf(values)), [values]);

  if (needsAttack(map) && point === null && side.examining.examination !== undefined) return { kind: 'nothing' };
  if (!ofThePage(map) && asked.failed !== null) return { kind: 'failed', ...asked.failed };
  if (values === undefined || limit === undefined) return { kind: 'waiting' };
  return {
    kind: 'map',
    values,
    limit,
    colours: COLOURS[map],
    unit: UNITS[map],
    explanation: ofThePage(map) ? null : asked.explanation,
  };
}

/** A map that the program computes; `map` null: none is asked. */
function useProgramMap(caseId: string, side: Side, point: ExaminedPoint | null, map: MapKind | null) {
  const { examination, again } = side.examining;
  const wanted = map === null || examination === undefined || (needsAttack(map) && point === null) ? null : map;
  const attackedArray = point?.attackedArray ?? null;
  const [resting] = useDebouncedValue(attackedArray, REST_MILLISECONDS);
  const question =
    wanted === null || resting !== attackedArray
      ? null
      : { caseId, modelSha256: side.compared.model.sha256, map: wanted, attackedArray };
  const query = useExplanation(question, again);
  const array = useKeptArray(query.data?.array, async () => {
    await again();
    await query.refetch();
  });
  const values = useMemo(() => (array.bytes === undefined ? undefined : float32(array.bytes)), [array.bytes]);
  const error = query.error ?? array.failure;
  return {
    explanation: query.data ?? null,
    values: question === null ? undefined : values,
    failed:
      error !== null || array.lost
        ? {
            error,
            retry: () => {
              if (query.error !== null) void query.refetch();
              else array.retry();
            },
          }
        : null,
  };
}
