import type { KeyboardEvent, PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Transform } from './viewport.ts';
import classes from './pictures.module.css';

interface DividerProps {
  readonly transform: Transform;
  /** Of the input's width that shows the original, 0 to 1. */
  readonly share: number;
  readonly onChange: (share: number) => void;
}

const KEY_STEP = 0.05;
const bounded = (share: number): number => Math.min(Math.max(share, 0), 1);

/** The line between the original (left) and the attacked input (right). */
export function Divider({ transform, share, onChange }: DividerProps) {
  const { t } = useTranslation();
  const percent = Math.round(share * 100);
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box !== undefined) onChange(bounded((event.clientX - box.left - transform.x) / transform.scale));
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(bounded(share + step));
  };
  return (
    <div
      className={classes['divider']}
      style={{ left: transform.x + share * transform.scale }}
      role="slider"
      tabIndex={0}
      aria-label={t('review.input.divider')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={t('review.input.dividerAt', { percent })}
      onPointerDown={(event) => {
        // The picture under it is not to be moved.
        event.preventDefault();
        event.currentTarget.focus();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={key}
    />
  );
}
