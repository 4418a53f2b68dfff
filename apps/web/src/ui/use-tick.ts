import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** A function that draws the component again, once per frame however often it is called. */
export const useTick = (): (() => void) => {
  const [, setCount] = useState(0);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(() => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      setCount((count) => count + 1);
    });
  }, []);
};

/** The time, current to `everyMs`; for "3 min ago". */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
