import { type RefObject, useLayoutEffect, useState } from 'react';

export interface Size {
  /** Of the content box, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** The inner size of an element, known before it is painted first; null until it is there. */
export function useSize(element: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return undefined;
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(measured);
      const width = measured.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      setSize((before) =>
        before?.width === width && before.height === measured.clientHeight
          ? before
          : { width, height: measured.clientHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return size;
}
