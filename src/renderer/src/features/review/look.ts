/** How a reviewer looks at cases: it stays the same from one case to the next. */
import { type AttackChoice, FIRST_ATTACK } from '../../../../shared/contract/app/cases.ts';
import type { PairPlace } from '../../components/ModelMark.tsx';

/** What the third picture shows: maps of the program, and two that the page computes from the perturbation. */
export const SHOWN_MAPS = ['effect', 'size', 'signed', 'saliency', 'gradCam'] as const;
export type ShownMap = (typeof SHOWN_MAPS)[number];

/** How attacked and original input are compared in one picture. */
export type Comparison = 'none' | 'swipe' | 'blink';

export interface Look {
  readonly attack: AttackChoice;
  /** Whose attack and heatmap are shown. */
  readonly place: PairPlace;
  readonly map: ShownMap;
  /** The heatmap lies over the input. */
  readonly overlay: boolean;
  /** Of the overlay, 0 to 1. */
  readonly opacity: number;
  readonly comparison: Comparison;
  /** Of the photograph; 1 leaves it as it is. */
  readonly brightness: number;
  readonly contrast: number;
  readonly lens: boolean;
}

export const FIRST_LOOK: Look = {
  attack: FIRST_ATTACK,
  place: 'first',
  map: 'effect',
  overlay: false,
  opacity: 0.6,
  comparison: 'none',
  brightness: 1,
  contrast: 1,
  lens: false,
};

export const nextMap = (map: ShownMap): ShownMap =>
  SHOWN_MAPS[(SHOWN_MAPS.indexOf(map) + 1) % SHOWN_MAPS.length] ?? 'effect';

export const otherPlace = (place: PairPlace): PairPlace => (place === 'first' ? 'second' : 'first');

/** On again turns it off. */
export const toggled = (comparison: Comparison, wanted: Comparison): Comparison =>
  comparison === wanted ? 'none' : wanted;

export type ChangeLook = (change: Partial<Look>) => void;
