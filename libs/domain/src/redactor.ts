/** What a secret is replaced by. */
export const MASK = '[redacted]';
/** Shorter texts are too common to be masked without harm. */
const MIN_SECRET_LENGTH = 6;

/** Deeper JSON than any of ours: a hostile one must not exhaust the stack. */
const MAX_JSON_DEPTH = 64;

/**
 * The characters of a base64 text that the secret alone decides, wherever it starts within a larger encoded text (such as
 * `user:secret`): one form per position modulo 3.
 */
const base64Cores = (secret: string): string[] =>
  [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]);
    const text = bytes.toString('base64').slice(0, Math.floor((bytes.byteLength * 8) / 6));
    return text.slice(Math.ceil((offset * 8) / 6));
  });

const lowerEscapes = (text: string): string =>
  text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

const formsOf = (secret: string): string[] => {
  const url = encodeURIComponent(secret);
  const whole = Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/, '');
  const base64 = [whole, ...base64Cores(secret)];
  return [
    secret,
    url,
    lowerEscapes(url),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...base64.map(encodeURIComponent),
    JSON.stringify(secret).slice(1, -1),
  ];
};

/**
 * The one choke point of redaction. Masks every secret in its plain, URL, JSON and base64 form, in whole texts and in
 * streams that are cut anywhere: both give the same. Works on Latin-1 decoded bytes or on text alike: secrets are ASCII.
 */
export class Redactor {
  #forms: readonly string[] = [];
  #pattern: RegExp | null = null;
  #longest = 0;

  constructor(secrets: readonly string[]) {
    this.learn(secrets);
  }

  /** Masks these too from now on: a token may be minted when the work has begun. */
  learn(secrets: readonly string[]): void {
    const wanted = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
    // Longest first: of two forms that start alike, the longer one must win.
    this.#forms = [...new Set([...this.#forms, ...wanted.flatMap(formsOf)])].sort(
      (a, b) => b.length - a.length,
    );
    this.#longest = this.#forms[0]?.length ?? 0;
    const escaped = this.#forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.#pattern = escaped.length === 0 ? null : new RegExp(escaped.join('|'), 'g');
  }

  mask(text: string): string {
    return this.#pattern === null ? text : text.replace(this.#pattern, MASK);
  }

  /** Masks every string inside a plain JSON value, keys too. What is nested deeper than 64 levels is cut off. */
  maskJson<T>(value: T): T {
    return this.#maskValue(value, 0) as T;
  }

  /** A masker for one stream: `push` gives what is safe to pass on, `end` the rest. */
  stream(): { push: (chunk: string) => string; end: () => string } {
    let held = '';
    return {
      push: (chunk) => {
        const { safe, rest } = this.#split(held + chunk);
        held = rest;
        return safe;
      },
      end: () => {
        const rest = this.mask(held);
        held = '';
        return rest;
      },
    };
  }

  /**
   * Cuts where a secret may begin whose end is still to come. What lies before is masked; a match there is final, because a
   * longer form that starts at the same place would have moved the cut.
   */
  #split(text: string): { safe: string; rest: string } {
    if (this.#pattern === null) return { safe: text, rest: '' };
    let safe = '';
    let from = 0;
    for (;;) {
      const cut = this.#openStart(text, from);
      this.#pattern.lastIndex = from;
      const match = this.#pattern.exec(text);
      if (match === null || match.index >= cut)
        return { safe: safe + text.slice(from, cut), rest: text.slice(cut) };
      safe += text.slice(from, match.index) + MASK;
      from = match.index + match[0].length;
    }
  }

  /** Where the longest tail begins that is the start of a longer form; the end of the text when there is none. */
  #openStart(text: string, from: number): number {
    for (let start = Math.max(from, text.length - this.#longest + 1); start < text.length; start++) {
      const length = text.length - start;
      if (this.#forms.some((form) => form.length > length && text.startsWith(form.slice(0, length), start)))
        return start;
    }
    return text.length;
  }

  #maskValue(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.mask(value);
    if (value === null || typeof value !== 'object') return value;
    if (depth >= MAX_JSON_DEPTH) return '[too deep]';
    if (Array.isArray(value)) return value.map((item) => this.#maskValue(item, depth + 1));
    const entries = Object.entries(value).map(([key, item]) => [
      this.mask(key),
      this.#maskValue(item, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }
}
