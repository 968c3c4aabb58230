import type { Point } from '../../../../../shared/domain/annotation.ts';
import { onScreen, type PhotographGeometry } from '../geometry.ts';
import type { Pen } from './pen.ts';
import classes from './PenPreview.module.css';
import { ellipseBetween } from './shapes.ts';

interface PenPreviewProps {
  readonly pen: Pen;
  readonly geometry: PhotographGeometry;
  /** Where the arrow keys have led the pen, on the screen; null: they have not. */
  readonly cross: Point | null;
}

/** What is being drawn, as it will be; each line is dark and light, so that it is seen on any skin. */
export function PenPreview({ pen, geometry, cross }: PenPreviewProps) {
  return (
    <svg className={classes['preview']} aria-hidden>
      {[classes['dark'], classes['light']].map((line) => (
        <g key={line} className={line}>
          <Outline pen={pen} geometry={geometry} />
          {cross !== null && <path d={`M${cross.x - 8} ${cross.y}h16M${cross.x} ${cross.y - 8}v16`} />}
        </g>
      ))}
    </svg>
  );
}

function Outline({ pen, geometry }: Pick<PenPreviewProps, 'pen' | 'geometry'>) {
  switch (pen.kind) {
    case 'lifted':
      return null;
    case 'ellipse': {
      const { centre, radiusX, radiusY } = ellipseBetween(onScreen(geometry, pen.from), onScreen(geometry, pen.to));
      return <ellipse cx={centre.x} cy={centre.y} rx={radiusX} ry={radiusY} />;
    }
    case 'polygon':
      return (
        <>
          <polyline points={pointsOf([...pen.corners, pen.towards], geometry)} />
          {pen.corners
            .map((corner) => onScreen(geometry, corner))
            .map(({ x, y }) => (
              <circle key={`${x} ${y}`} cx={x} cy={y} r={3} />
            ))}
        </>
      );
    case 'freehand':
      return <polyline points={pointsOf(pen.points, geometry)} />;
  }
}

const pointsOf = (points: readonly Point[], geometry: PhotographGeometry): string =>
  points
    .map((point) => onScreen(geometry, point))
    .map(({ x, y }) => `${x},${y}`)
    .join(' ');
