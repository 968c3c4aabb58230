import { useElementSize, useMergedRef } from '@mantine/hooks';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useLinked, usePointed } from './LinkedPictures.tsx';
import {
  type Content,
  FIT,
  lensTransform,
  panned,
  placeAt,
  screenAt,
  type Size,
  type Transform,
  transformOf,
  zoomed,
  ZOOM,
} from './viewport.ts';
import classes from './LinkedBox.module.css';

interface LinkedBoxProps {
  /** What is seen, for those who do not see it. */
  readonly label: string;
  /** The extent of the picture, in frame units. */
  readonly content: Content;
  /** Draws the picture; called a second time, with another transform, for the lens. */
  readonly children: (transform: Transform) => ReactNode;
  /** What lies over the picture and is not magnified: marks, a divider. */
  readonly over?: (transform: Transform, box: Size) => ReactNode;
}

const PAN_STEP = 40;
const LENS = { side: 132, magnification: 3 } as const;

/** One of the linked pictures: moved by drag and arrow keys, zoomed by wheel and keys. */
export function LinkedBox({ label, content, children, over }: LinkedBoxProps) {
  const { t } = useTranslation();
  const { viewport, change, lens } = useLinked();
  const { ref: sizeRef, width, height } = useElementSize();
  const box = { width, height };
  const transform = transformOf(viewport, content, box);
  const wheelRef = useWheel(transform);
  const drag = useDrag(transform);
  const ref = useMergedRef(sizeRef, wheelRef);
  const measured = width > 0 && height > 0;
  return (
    <div
      ref={ref}
      className={classes['box']}
      role="group"
      aria-label={t('review.view.region', { label })}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget) onKey(event, transform.scale, change);
      }}
      {...drag}
    >
      {measured && children(transform)}
      {measured && over?.(transform, box)}
      {measured && <PointerMark transform={transform} lens={lens} picture={children} />}
    </div>
  );
}

function onKey(event: KeyboardEvent, scale: number, change: ReturnType<typeof useLinked>['change']): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const steps: Readonly<Record<string, Parameters<typeof change>[0]>> = {
    ArrowLeft: (before) => panned(before, scale, PAN_STEP, 0),
    ArrowRight: (before) => panned(before, scale, -PAN_STEP, 0),
    ArrowUp: (before) => panned(before, scale, 0, PAN_STEP),
    ArrowDown: (before) => panned(before, scale, 0, -PAN_STEP),
    '+': (before) => zoomed(before, ZOOM.step),
    '=': (before) => zoomed(before, ZOOM.step),
    '-': (before) => zoomed(before, 1 / ZOOM.step),
    '0': () => FIT,
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  // The arrow keys move the slider elsewhere.
  event.stopPropagation();
  change(step);
}

/** Listens as a non-passive listener, which React's `onWheel` is not: else the page would be zoomed with Ctrl held. */
function useWheel(transform: Transform) {
  const { change } = useLinked();
  const ref = useRef<HTMLDivElement>(null);
  const turn = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const at = placeAt(transform, withinBox(event, event.currentTarget));
    change((before) => zoomed(before, Math.exp(-event.deltaY / 400), at));
  });
  useEffect(() => {
    const element = ref.current;
    const listen = (event: WheelEvent) => {
      turn(event);
    };
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, []);
  return ref;
}

function useDrag(transform: Transform) {
  const { change, point } = useLinked();
  const [from, setFrom] = useState<{ readonly x: number; readonly y: number } | null>(null);
  return {
    'data-dragged': from !== null,
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      // Marks and dividers that lie over the picture keep what they take.
      if (event.button !== 0 || event.defaultPrevented) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setFrom({ x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      point(placeAt(transform, withinBox(event, event.currentTarget)));
      if (from === null) return;
      change((before) => panned(before, transform.scale, event.clientX - from.x, event.clientY - from.y));
      setFrom({ x: event.clientX, y: event.clientY });
    },
    onPointerUp: () => {
      setFrom(null);
    },
    onPointerCancel: () => {
      setFrom(null);
    },
    onPointerLeave: () => {
      point(null);
    },
  };
}

function withinBox(event: { readonly clientX: number; readonly clientY: number }, element: EventTarget | null) {
  const { left, top } = (element as Element).getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** A ring where the pointer stands in another picture, or the magnified place in each of them. */
function PointerMark(props: { transform: Transform; lens: boolean; picture: (transform: Transform) => ReactNode }) {
  const place = usePointed();
  if (place === null) return null;
  const at = screenAt(props.transform, place);
  if (!props.lens) return <div className={classes['ring']} style={{ left: at.x, top: at.y }} />;
  return (
    <div aria-hidden className={classes['lens']} style={{ left: at.x, top: at.y, width: LENS.side, height: LENS.side }}>
      {props.picture(lensTransform(props.transform, place, LENS.side, LENS.magnification))}
    </div>
  );
}
