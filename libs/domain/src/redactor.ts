/** What a secret is replaced by. */
export const MASK = '[redacted]';
/** Shorter texts are too common to be masked without harm. */
const MIN_SECRET_LENGTH = 6;

const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/, ''),
  Buffer.from(`x-access-token:${secret}`, 'utf8').toString('base64').replace(/=+$/, ''),
  JSON.stringify(secret).slice(1, -1),
];

/**
 * The one choke point of redaction. Masks every secret in its plain, URL, JSON and base64 form, in whole texts and in
 * streams that are cut anywhere. Works on Latin-1 decoded bytes or on text alike: secrets are ASCII.
 */
export class Redactor {
  readonly #forms: readonly string[];
  readonly #pattern: RegExp | null;
  readonly #longest: number;

  constructor(secrets: readonly string[]) {
    const wanted = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
    // Longest first: of two forms that start alike, the longer one must win.
    this.#forms = [...new Set(wanted.flatMap(formsOf))].sort((a, b) => b.length - a.length);
    this.#longest = this.#forms[0]?.length ?? 0;
    const escaped = this.#forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.#pattern = escaped.length === 0 ? null : new RegExp(escaped.join('|'), 'g');
  }

  mask(text: string): string {
    return this.#pattern === null ? text : text.replace(this.#pattern, MASK);
  }

  /** Masks every string inside a plain JSON value, keys left alone. */
  maskJson<T>(value: T): T {
    if (this.#pattern === null) return value;
    return this.#maskValue(value) as T;
  }

  /** A masker for one stream: `push` gives what is safe to pass on, `end` the rest. */
  stream(): { push: (chunk: string) => string; end: () => string } {
    let held = '';
    return {
      push: (chunk) => {
        const text = this.mask(held + chunk);
        const keep = this.#couldBeStart(text);
        held = text.slice(text.length - keep);
        return text.slice(0, text.length - keep);
      },
      end: () => {
        const rest = held;
        held = '';
        return rest;
      },
    };
  }

  /** Length of the longest tail that may be the start of a secret whose end is still to come. */
  #couldBeStart(text: string): number {
    for (let length = Math.min(this.#longest - 1, text.length); length > 0; length--) {
      const tail = text.slice(text.length - length);
      if (this.#forms.some((form) => form.length > length && form.startsWith(tail))) return length;
    }
    return 0;
  }

  #maskValue(value: unknown): unknown {
    if (typeof value === 'string') return this.mask(value);
    if (Array.isArray(value)) return value.map((item) => this.#maskValue(item));
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#maskValue(item)]));
    return value;
  }
}
