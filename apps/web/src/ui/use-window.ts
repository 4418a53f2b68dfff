import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

export interface RowWindow {
  readonly element: RefObject<HTMLDivElement | null>;
  /** First row to draw, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Row at the top of what is seen. */
  readonly top: number;
  /** Of what is seen, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly scrollToRow: (row: number, align?: 'start' | 'center') => void;
  readonly scrollToEnd: () => void;
}

/** Drawn above and below what is seen, so that a flick of the wheel shows no gap. */
const MARGIN_ROWS = 30;

/**
 * Which of many equally high rows are seen: only those are drawn, so that a hundred thousand cost as little as a hundred.
 */
export const useWindow = (rows: number, rowPx: number): RowWindow => {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, width: 800, height: 600 });
  const measure = useCallback(() => {
    const box = element.current;
    if (box === null) return;
    setView({ top: box.scrollTop, width: box.clientWidth, height: box.clientHeight });
  }, []);
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    box.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', measure);
    };
  }, [measure]);
  const scrollToRow = useCallback(
    (row: number, align: 'start' | 'center' = 'start') => {
      const box = element.current;
      if (box === null) return;
      const offset = align === 'center' ? box.clientHeight / 2 : 0;
      box.scrollTop = Math.max(0, row * rowPx - offset);
    },
    [rowPx],
  );
  const scrollToEnd = useCallback(() => {
    if (element.current) element.current.scrollTop = element.current.scrollHeight;
  }, []);
  const top = Math.floor(view.top / rowPx);
  return {
    element,
    first: Math.max(0, Math.min(rows, top) - MARGIN_ROWS),
    end: Math.min(rows, top + Math.ceil(view.height / rowPx) + MARGIN_ROWS),
    top,
    width: view.width,
    height: view.height,
    scrollToRow,
    scrollToEnd,
  };
};
