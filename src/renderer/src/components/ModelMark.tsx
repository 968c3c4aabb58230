import type { PairPlace } from './pairPlace.ts';

export type { PairPlace } from './pairPlace.ts';

/** Circle for the first model, square for the second: always the shape with the colour. The name stands beside it. */
export function ModelMark({ place, size = 10 }: { place: PairPlace; size?: number }) {
  return (
    <svg
      viewBox="0 0 10 10"
      width={size}
      height={size}
      fill={`var(--epsiloscope-${place})`}
      style={{ flex: 'none' }}
      aria-hidden
    >
      {place === 'first' ? <circle cx={5} cy={5} r={5} /> : <rect x={0.5} y={0.5} width={9} height={9} />}
    </svg>
  );
}
