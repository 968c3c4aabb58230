import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ANNOTATION_LIMITS, type Point } from '../../../../../shared/domain/annotation.ts';
import { useActions } from '../../../app/shortcuts.ts';
import { useAnnotationDesk } from '../AnnotationProvider.tsx';
import { onPhotograph, onScreen, photographLength, type PhotographGeometry } from '../geometry.ts';
import classes from './DrawingSurface.module.css';
import { isFull, keyStroke, LIFTED, type Pen, penAfter, type Stroke } from './pen.ts';
import { PenPreview } from './PenPreview.tsx';
import type { Drawn, ShapeKind, Size } from './shapes.ts';

interface DrawingSurfaceProps {
  readonly tool: ShapeKind;
  /** Of the box, in CSS pixels. */
  readonly size: Size;
  readonly geometry: PhotographGeometry;
  readonly hasRoom: boolean;
  /** How many there are. */
  readonly marks: number;
  readonly onDrawn: (drawn: Drawn) => void;
}

/** CSS pixels below which two places are one. */
const GRAIN: Readonly<Record<ShapeKind, number>> = { point: 1, ellipse: 3, polygon: 6, freehand: 2 };

/** CSS pixels that an arrow key leads the pen, coarsely and finely. */
const STEP = { coarse: 10, fine: 1 } as const;

/** Where a tool draws: led by the mouse, or by the arrow keys with Space as its press. */
export function DrawingSurface(props: DrawingSurfaceProps) {
  const { tool, geometry, hasRoom, marks } = props;
  const { t } = useTranslation();
  const hintId = useId();
  const surface = useRef<HTMLDivElement>(null);
  const { pen, draw, lift } = usePen(props);
  const keyed = useKeyedPen(props, pen, draw);
  useStop(pen, lift);
  useEffect(() => {
    surface.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div
      ref={surface}
      role="application"
      tabIndex={0}
      aria-label={t(`annotation.drawKind.${tool}`)}
      aria-describedby={hintId}
      className={classes['surface']}
      onKeyDown={keyed.onKeyDown}
      {...mouseHandlers(geometry, draw)}
    >
      <PenPreview pen={pen} geometry={geometry} cross={keyed.cross} />
      <p id={hintId} role="status" className={classes['hint']}>
        {hasRoom ? (
          <Hint tool={tool} pen={pen} marks={marks} />
        ) : (
          t('annotation.mostMarks', { count: ANNOTATION_LIMITS.shapes })
        )}
      </p>
    </div>
  );
}

function usePen({ tool, geometry, hasRoom, onDrawn }: DrawingSurfaceProps) {
  const [pen, setPen] = useState<Pen>(LIFTED);
  // Several movements may come before the page is drawn again.
  const latest = useRef<Pen>(LIFTED);
  const put = (next: Pen) => {
    latest.current = next;
    setPen(next);
  };
  const draw = (stroke: Stroke) => {
    if (!hasRoom) return;
    const step = penAfter(tool, latest.current, stroke, photographLength(geometry, GRAIN[tool]));
    put(step.pen);
    if (step.drawn !== null) onDrawn(step.drawn);
  };
  return {
    pen,
    draw,
    lift: () => {
      put(LIFTED);
    },
  };
}

/** The key that stops gives up what was begun; once more, it puts the tool away. */
function useStop(pen: Pen, lift: () => void): void {
  const { takeTool } = useAnnotationDesk();
  useActions({
    stopDrawing: () => {
      if (pen.kind === 'lifted') takeTool(null);
      else lift();
    },
  });
}

function mouseHandlers(geometry: PhotographGeometry, draw: (stroke: Stroke) => void) {
  const at = ({ nativeEvent }: PointerEvent) =>
    onPhotograph(geometry, { x: nativeEvent.offsetX, y: nativeEvent.offsetY });
  return {
    onPointerDown: (event: PointerEvent) => {
      // The middle button goes on to move the photograph.
      if (event.button !== 0) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      draw({ kind: 'press', at: at(event) });
    },
    onPointerMove: (event: PointerEvent) => {
      draw({ kind: 'move', at: at(event) });
    },
    onPointerUp: (event: PointerEvent) => {
      if (event.button === 0) draw({ kind: 'release', at: at(event) });
    },
    onDoubleClick: () => {
      draw({ kind: 'close' });
    },
  };
}

const TOWARDS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));

function useKeyedPen({ tool, geometry, size }: DrawingSurfaceProps, pen: Pen, draw: (stroke: Stroke) => void) {
  /** On the screen; null until a key leads the pen. */
  const [cross, setCross] = useState<Point | null>(null);
  const place = cross ?? { x: size.width / 2, y: size.height / 2 };
  const act = (event: KeyboardEvent): boolean => {
    const towards = TOWARDS[event.key];
    if (towards !== undefined) {
      const step = event.shiftKey ? STEP.fine : STEP.coarse;
      const next = {
        x: within(place.x + towards.x * step, size.width),
        y: within(place.y + towards.y * step, size.height),
      };
      setCross(next);
      draw({ kind: 'move', at: onPhotograph(geometry, next) });
      return true;
    }
    if (event.key === 'Backspace') {
      draw({ kind: 'back' });
      return true;
    }
    if (event.key === 'Enter' && pen.kind === 'polygon') {
      draw({ kind: 'close' });
      return true;
    }
    if (event.key !== 'Enter' && event.key !== ' ') return false;
    setCross(place);
    draw(keyStroke(tool, pen, onPhotograph(geometry, place)));
    return true;
  };
  return {
    cross: cross === null ? null : onScreen(geometry, onPhotograph(geometry, cross)),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !act(event)) return;
      event.preventDefault();
      // The same keys move epsilon and show the original.
      event.stopPropagation();
    },
  };
}

function Hint({ tool, pen, marks }: { tool: ShapeKind; pen: Pen; marks: number }) {
  const { t } = useTranslation();
  if (isFull(pen)) return t('annotation.hint.full', { count: ANNOTATION_LIMITS.pointsPerShape });
  if (pen.kind === 'polygon') return t('annotation.hint.corners', { count: pen.corners.length });
  if (pen.kind !== 'lifted') return t(`annotation.hint.going.${pen.kind}`);
  return `${t(`annotation.hint.begin.${tool}`)} ${marks === 0 ? '' : t('annotation.marks', { count: marks })}`;
}
