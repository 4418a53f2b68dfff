import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { RowWindow } from '../ui/use-window.ts';

const AT_END_PX = 24;
/** A scroll so soon after a wheel, a key or a pointer is theirs. */
const BY_HAND_MS = 400;
const HANDS = ['wheel', 'keydown', 'pointerdown', 'touchmove'] as const;

/** Keeps the end in sight while it is followed. A person who scrolls up stops that, and back at the end goes on. */
export const useFollow = ({ scrollToEnd, element, height }: RowWindow, length: number) => {
  const [isFollowing, setFollowing] = useState(true);
  useLayoutEffect(() => {
    if (isFollowing) scrollToEnd();
  }, [isFollowing, length, height, scrollToEnd]);
  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    const place = () => ({ top: box.scrollTop, end: box.scrollHeight - box.clientHeight });
    let last = place();
    let handAt = -Infinity;
    const onHand = (): void => {
      handAt = performance.now();
    };
    const onScroll = (): void => {
      const { top, end } = place();
      const by = top - last.top;
      // The browser's own doing: the window has grown, or the oldest lines went.
      const isPushed = end < last.end;
      last = { top, end };
      if (by < -1 && !isPushed) setFollowing(false);
      else if (by > 1 && end - top < AT_END_PX && performance.now() - handAt < BY_HAND_MS) setFollowing(true);
    };
    for (const hand of HANDS) box.addEventListener(hand, onHand, { passive: true });
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      for (const hand of HANDS) box.removeEventListener(hand, onHand);
      box.removeEventListener('scroll', onScroll);
    };
  }, [element]);
  return { isFollowing, setFollowing };
};
