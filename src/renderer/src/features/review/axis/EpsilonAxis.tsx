import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../../app/shortcuts.ts';
import { ModelMark } from '../../../components/ModelMark.tsx';
import { type EpsilonScale, epsilonText, shareOf, tickText } from '../scale.ts';
import { isStop, neighbourStop, nudged, snapped } from '../stops.ts';
import type { Side } from '../useSide.ts';
import { Lane } from './Lane.tsx';
import classes from './axis.module.css';

interface EpsilonAxisProps {
  readonly scale: EpsilonScale;
  readonly sides: readonly Side[];
  readonly epsilon: number;
  /** Epsilons at which all is computed, ascending, from 0. */
  readonly stops: readonly number[];
  /** What the slider shows, in words. */
  readonly said: string;
  readonly onMove: (epsilon: number) => void;
  /** The slider was let go, or Enter pressed, at an epsilon that is not computed. */
  readonly onCompute: (epsilon: number) => void;
}

/** One lane for each model on one square-root axis, and the slider that crosses them all. */
export function EpsilonAxis({ scale, sides, epsilon, stops, said, onMove, onCompute }: EpsilonAxisProps) {
  const { ref, width } = useElementSize();
  return (
    <div className={classes['axis']}>
      <div className={classes['names']}>
        {sides.map(({ compared }) => (
          <div key={compared.place} className={classes['name']} title={compared.model.card.title}>
            <ModelMark place={compared.place} /> <span>{compared.name}</span>
          </div>
        ))}
      </div>
      <div ref={ref} className={classes['lanes']}>
        {sides.map((side) => (
          <Lane key={side.compared.place} side={side} scale={scale} width={width} />
        ))}
        <Ticks scale={scale} />
        <Slider scale={scale} epsilon={epsilon} stops={stops} said={said} onMove={onMove} onCompute={onCompute} />
      </div>
    </div>
  );
}

const percent = (share: number): string => `${share * 100}%`;

function Ticks({ scale }: { scale: EpsilonScale }) {
  return (
    <div className={classes['ticks']} aria-hidden>
      {scale.ticks.map((tick) => (
        <span key={tick} style={{ left: percent(shareOf(scale, tick)) }}>
          {tickText(scale.norm, tick)}
        </span>
      ))}
    </div>
  );
}

type SliderProps = Omit<EpsilonAxisProps, 'sides'>;

/** Moved by drag and by key: to the next computed epsilon, with Shift by small steps to one that is not computed yet. */
function Slider({ scale, epsilon, stops, said, onMove, onCompute }: SliderProps) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState(false);
  const computeHere = () => {
    if (!isStop(stops, epsilon)) onCompute(epsilon);
  };
  const step = (direction: 1 | -1) => {
    onMove(neighbourStop(stops, epsilon, direction));
  };
  useActions({
    epsilonDown: () => {
      step(-1);
    },
    epsilonUp: () => {
      step(1);
    },
  });
  const followPointer = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onMove(snapped(scale, stops, (event.clientX - left) / width));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (direction !== undefined && event.shiftKey) onMove(nudged(scale, epsilon, direction));
    else if (direction !== undefined) step(direction);
    else if (event.key === 'Home') onMove(0);
    else if (event.key === 'End') onMove(stops.at(-1) ?? scale.largest);
    else if (event.key === 'Enter') computeHere();
    else return;
    event.preventDefault();
    // The same keys move the slider from elsewhere in the page.
    event.stopPropagation();
  };
  const left = percent(shareOf(scale, epsilon));
  return (
    <div
      className={classes['track']}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
        followPointer(event);
      }}
      onPointerMove={(event) => {
        if (dragged) followPointer(event);
      }}
      onPointerUp={() => {
        if (!dragged) return;
        setDragged(false);
        computeHere();
      }}
      onPointerCancel={() => {
        setDragged(false);
      }}
    >
      <div className={classes['line']} style={{ left }} />
      <div
        className={classes['knob']}
        style={{ left }}
        role="slider"
        tabIndex={0}
        aria-label={t('review.axis.slider')}
        aria-valuemin={0}
        aria-valuemax={Number(tickText(scale.norm, scale.largest))}
        aria-valuenow={Number(tickText(scale.norm, epsilon))}
        aria-valuetext={t('review.axis.sliderAt', {
          epsilon: epsilon === 0 ? t('review.axis.clean') : epsilonText(scale.norm, epsilon),
          said,
        })}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
