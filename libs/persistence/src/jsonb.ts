const MAX_DEPTH = 64;
const TOO_DEEP = '[nested too deeply]';

/** PostgreSQL stores neither NUL nor lone surrogates; both become U+FFFD. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

const clean = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return cleanText(value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  // The server's parser recurses: a model's thousand brackets would exhaust its stack and fail the whole batch.
  if (depth === 0) return TOO_DEEP;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), clean(item, depth - 1)]),
  );
};

/** A plain JSON value as text that a jsonb parameter accepts, whatever an untrusted program put into it. */
export const jsonb = (value: unknown): string =>
  JSON.stringify(value === undefined ? null : clean(value, MAX_DEPTH));
