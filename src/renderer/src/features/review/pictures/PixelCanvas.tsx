import { type CSSProperties, useEffect, useRef } from 'react';
import type { ArrayShape } from '../../../../../shared/contract/app/cases.ts';
import type { Transform } from './viewport.ts';
import classes from './pictures.module.css';

interface PixelCanvasProps {
  readonly shape: ArrayShape;
  /** Red, green, blue and alpha, 8 bit each, row by row. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly label: string;
  readonly style?: CSSProperties;
}

/** An array as a picture, every value one square of its own. */
export function PixelCanvas({ shape, pixels, label, style }: PixelCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { width, height } = shape;
  useEffect(() => {
    ref.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [pixels, width, height]);
  return (
    <canvas
      ref={ref}
      width={width}
      height={height}
      role="img"
      aria-label={label}
      className={classes['pixels']}
      style={style}
    />
  );
}

/** Where the frame lies on the screen. */
export const frameStyle = ({ scale, x, y }: Transform): CSSProperties => ({
  position: 'absolute',
  left: x,
  top: y,
  width: scale,
  height: scale,
});
