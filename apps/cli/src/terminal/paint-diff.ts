import type { Painter } from './painter.ts';
import { safeText } from './safe-text.ts';

const MAX_LINE = 2_000;

const paintLine = (line: string, paint: Painter): string => {
  if (
    /^(diff --git |index |new file |deleted file |old mode |new mode |rename |copy |similarity )/.test(line)
  )
    return paint.bold(line);
  if (/^(---|\+\+\+) /.test(line)) return paint.bold(line);
  if (line.startsWith('@@')) return paint.cyan(line);
  if (line.startsWith('+')) return paint.green(line);
  if (line.startsWith('-')) return paint.red(line);
  return line;
};

/**
 * A patch for eyes, not for programs: control characters are gone, what is very long is cut and said so.
 * @param maxLines - what is shown at most.
 */
export const paintDiff = (patch: Uint8Array, paint: Painter, maxLines = Infinity): string => {
  const lines = new TextDecoder().decode(patch).replace(/\n$/, '').split('\n');
  const shown = lines.slice(0, maxLines).map((line) => {
    const safe = safeText(line);
    return paintLine(safe.length > MAX_LINE ? `${safe.slice(0, MAX_LINE)}…` : safe, paint);
  });
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, paint.dim(`… ${String(left)} more lines`)].join('\n') : shown.join('\n');
};
