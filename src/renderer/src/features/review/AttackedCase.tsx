import { useState } from 'react';
import type { CaseView } from '../../../../shared/contract/app/cases.ts';
import { useActions } from '../../app/shortcuts.ts';
import { DrawingLayer } from '../annotation/marks/DrawingLayer.tsx';
import { DrawingTools } from '../annotation/marks/DrawingTools.tsx';
import { ActualInput } from './ActualInput.tsx';
import { AxisPanel } from './axis/AxisPanel.tsx';
import { firstEpsilon } from './finding.ts';
import { type ChangeLook, type Look, nextMap, otherPlace, toggled } from './look.ts';
import { Metadata } from './Metadata.tsx';
import type { ComparedModel } from './model.ts';
import { HeatmapCard } from './pictures/HeatmapCard.tsx';
import { InputCard } from './pictures/InputCard.tsx';
import { PhotographCard } from './pictures/PhotographCard.tsx';
import { useInputs } from './pictures/useInputs.ts';
import { Probabilities } from './Probabilities.tsx';
import { scaleOf } from './scale.ts';
import { Sentence } from './Sentence.tsx';
import { pointOf, shownAt, type Shown } from './shown.ts';
import { Siblings } from './Siblings.tsx';
import { Trajectory } from './Trajectory.tsx';
import { useHeld } from './useHeld.ts';
import { searchedEpsilons, type Side, useSide } from './useSide.ts';
import classes from './review.module.css';

interface AttackedCaseProps {
  readonly view: CaseView;
  readonly look: Look;
  readonly changeLook: ChangeLook;
  readonly first: ComparedModel;
  readonly second: ComparedModel;
}

/** A case with both models' verdicts under the chosen attack. */
export function AttackedCase({ view, look, changeLook, first, second }: AttackedCaseProps) {
  const wanted = searchedEpsilons(view, [first, second], look.attack);
  const sides = {
    first: useSide(view, first, look.attack, wanted),
    second: useSide(view, second, look.attack, wanted),
  };
  const both = [sides.first, sides.second];
  const [epsilon, move] = useEpsilon(look, both);
  const side = sides[look.place];
  const shown: Shown = side.evidence === null ? { kind: 'clean' } : shownAt(side.evidence, epsilon);
  const inputs = useInputs(side.examining, pointOf(shown));
  const original = useHeld('showOriginal');
  useLookKeys(look, changeLook);
  const shownSide = { side, shown, inputs, look, changeLook };
  return (
    <>
      <div className={classes['main']}>
        <div className={classes['pictures']}>
          <PhotographCard
            view={view}
            look={look}
            changeLook={changeLook}
            marks={(geometry) => <DrawingLayer geometry={geometry} />}
            markTools={<DrawingTools />}
          />
          <InputCard {...shownSide} others={both.filter((each) => each !== side)} original={original} />
          <HeatmapCard {...shownSide} view={view} />
        </div>
        <AxisPanel view={view} sides={both} look={look} changeLook={changeLook} epsilon={epsilon} onMove={move} />
        <div className={classes['details']}>
          <ActualInput inputs={inputs} attacks={pointOf(shown) !== null || side.examining.busy} />
          <Trajectory sides={both} epsilon={epsilon} />
          <Siblings view={view} />
          <Metadata view={view} />
        </div>
      </div>
      <aside className={classes['side']}>
        <Sentence sides={both} look={look} epsilon={epsilon} />
        <Probabilities sides={both} look={look} epsilon={epsilon} />
      </aside>
    </>
  );
}

/** Where the slider stands; until it is moved, at the smallest change that is known. Each norm has an axis of its own. */
function useEpsilon({ attack: { norm } }: Look, sides: readonly Side[]): readonly [number, (epsilon: number) => void] {
  const [moved, setMoved] = useState<{ readonly norm: string; readonly epsilon: number } | null>(null);
  const first = firstEpsilon(
    sides.map(({ evidence }) => evidence),
    scaleOf(norm).largest,
  );
  const epsilon = moved?.norm === norm ? moved.epsilon : first;
  return [
    epsilon,
    (next) => {
      setMoved({ norm, epsilon: next });
    },
  ];
}

function useLookKeys(look: Look, changeLook: ChangeLook): void {
  useActions({
    toggleOverlay: () => {
      changeLook({ overlay: !look.overlay });
    },
    nextMap: () => {
      changeLook({ map: nextMap(look.map) });
    },
    toggleSwipe: () => {
      changeLook({ comparison: toggled(look.comparison, 'swipe') });
    },
    toggleBlink: () => {
      changeLook({ comparison: toggled(look.comparison, 'blink') });
    },
    toggleMagnifier: () => {
      changeLook({ lens: !look.lens });
    },
    switchModel: () => {
      changeLook({ place: otherPlace(look.place) });
    },
  });
}
