import { join } from 'node:path';

/** Of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..');
/** The pictures of README.md, as `npm run pictures` makes them. */
export const PICTURES = join(ROOT, 'docs', 'pictures');

/** Bytes of each file at most, by its ending: a page that shows them is to be there at once. */
export const MOST_BYTES: Readonly<Record<string, number>> = { '.png': 150_000, '.svg': 200_000 };
