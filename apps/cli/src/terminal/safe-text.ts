/** Text from a repository or an agent must not drive the terminal: only colours may pass, and only where colours are on. */

const ESCAPES =
  // OSC and the like to their end, CSI, then any other two-byte escape.
  // Spelled as text: control characters in a pattern are easily overlooked.
  new RegExp(
    [
      String.raw`\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?`,
      String.raw`[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]`,
      String.raw`\u001b.?`,
    ].join('|'),
    'gsu',
  );
const COLOUR = new RegExp(String.raw`^\u001b\[[0-9;]*m$`, 'u');
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]`, 'gu');
/** They reorder what follows, so that a line reads as what it is not. */
const BIDI_CHARS = String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const BIDI = new RegExp(`[${BIDI_CHARS}]`, 'gu');
const HIDDEN_IN_JSON = new RegExp(String.raw`[\u007f-\u009f${BIDI_CHARS}]`, 'gu');

const visible = (char: string): string =>
  `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;

/** @param keepColours - lets SGR sequences pass. */
export const safeText = (text: string, keepColours = false): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(ESCAPES, (escape) => (keepColours && COLOUR.test(escape) ? escape : ''))
    .replace(CONTROLS, '')
    .replace(BIDI, visible);

/** A value as JSON that a terminal may show too: what a text must not hold there is written as `\\u…`. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(
    HIDDEN_IN_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** One line of at most so many characters. */
export const oneLine = (text: string, maxLength: number): string => {
  const line = safeText(text).replaceAll(/\s+/gu, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, Math.max(0, maxLength - 1))}…`;
};
