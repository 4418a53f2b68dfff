import type { RefObject, TargetedInputEvent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * Side by side, both halves move sideways together: by the wheel, or by a slider. A scroll bar in each half would be half a
 * hundred scroll bars.
 * @param roomPx - how far, see `shiftRoom`.
 */
export const useShift = (element: RefObject<HTMLElement | null>, roomPx: number) => {
  const [value, setValue] = useState(0);
  useEffect(() => {
    element.current?.style.setProperty('--shift', `-${String(value)}px`);
  }, [element, value]);
  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      const by = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (by !== 0) setValue((old) => Math.max(0, Math.min(roomPx, old + by)));
    };
    box.addEventListener('wheel', onWheel, { passive: true });
    return () => box.removeEventListener('wheel', onWheel);
  }, [element, roomPx]);
  const onInput = (event: TargetedInputEvent<HTMLInputElement>): void =>
    setValue(Number(event.currentTarget.value));
  return { value, onInput };
};
