import { eventually } from '@drydock/testing';
import type { Page } from 'playwright-core';

const MAX_STOPS = 80;

interface Stop {
  readonly name: string;
  /** An outline, or for a hidden field its label's. */
  readonly isSeen: boolean;
}

const CURRENT = `(() => {
  const stop = document.activeElement;
  const named = stop.getAttribute('aria-label') ?? stop.labels?.[0]?.textContent ?? stop.textContent ?? '';
  const holders = [stop, stop.closest('label'), stop.closest('.drop')].filter(Boolean);
  const hasOutline = holders.some((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });
  const { width, height, bottom } = stop.getBoundingClientRect();
  return { name: named.trim(), isSeen: hasOutline && width > 0 && height > 0 && bottom > 0 };
})()`;

/**
 * Presses Tab until the stop of this name.
 * @throws Error when there is none, or when a stop on the way is not seen.
 */
export const tabTo = async (page: Page, name: string): Promise<void> => {
  const names: string[] = [];
  for (let i = 0; i < MAX_STOPS; i++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate<Stop>(CURRENT);
    const isEnd =
      stop.name === '' || (await page.evaluate<boolean>('document.activeElement === document.body'));
    if (!stop.isSeen && !isEnd) throw new Error(`The focus on "${stop.name}" is not seen.`);
    names.push(stop.name);
    if (stop.name.startsWith(name)) return;
  }
  throw new Error(`No "${name}" by Tab, only: ${names.join(' | ')}`);
};

/** Until the element of this id has the focus. */
export const untilFocused = (page: Page, id: string): Promise<unknown> =>
  eventually(async () => (await page.evaluate<string>('document.activeElement.id')) === id);
