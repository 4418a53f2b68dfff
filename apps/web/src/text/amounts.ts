/** Figures in words that fit a narrow column. */

import { visible } from './visible.ts';

export const duration = (seconds: number): string => {
  if (seconds < 0.05) return 'under 0.1 s';
  if (seconds < 0.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${String(Math.round(seconds))} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  const rest = Math.round(seconds) % 60;
  if (minutes < 60) return `${String(minutes)} min ${String(rest).padStart(2, '0')} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${String(hours)} h ${String(minutes % 60)} min`
    : `${String(Math.floor(hours / 24))} days`;
};

export const ago = (at: string, nowMs: number): string => {
  // Rounded as a duration is: nothing has run for longer than it has been there.
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(at)) / 1000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${String(seconds)} s ago`;
  if (seconds < 3_600) return `${String(Math.floor(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${String(Math.floor(seconds / 3_600))} h ago`;
  return `${String(Math.floor(seconds / 86_400))} d ago`;
};

export const count = (value: number): string => value.toLocaleString('en-US');

/** `1 file`, `2,000 files`. @param noun - one that takes an s. */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

export const bytes = (value: number): string => {
  if (value < 1_000) return `${String(value)} B`;
  const units = ['KB', 'MB', 'GB'];
  let size = value / 1_000;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  return `${size < 10 ? size.toFixed(1) : String(Math.round(size))} ${units[unit] ?? ''}`;
};

/** Null: the price of the model is unknown. */
export const cost = (usd: number | null): string => {
  if (usd === null) return 'unknown';
  if (usd === 0) return '$0';
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
};

export const dateTime = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** `no_changes` as people read it. */
export const words = (code: string): string => visible(code.replaceAll('_', ' '));
