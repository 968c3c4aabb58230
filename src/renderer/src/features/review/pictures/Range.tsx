import { useId } from 'react';
import classes from './pictures.module.css';

interface RangeProps {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** The label is for screen readers only. */
  readonly unlabelled?: boolean;
}

/** A slider of the browser's own: it keeps its keys to itself, so that they move nothing else. */
export function Range({ label, least, most, step, value, onChange, unlabelled = false }: RangeProps) {
  const id = useId();
  return (
    <span className={classes['range']}>
      {!unlabelled && <label htmlFor={id}>{label}</label>}
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-label={unlabelled ? label : undefined}
        onChange={(event) => {
          onChange(event.currentTarget.valueAsNumber);
        }}
      />
      {!unlabelled && <output htmlFor={id}>{Math.round(value * 100)} %</output>}
    </span>
  );
}
