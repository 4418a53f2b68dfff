/** Zero-width, direction-changing and tag characters: nobody sees them, a model does. */
const UNSEEN = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;
/** But for tab and line feed. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** A browser shows nothing of them. One that is not closed hides all that follows. */
const withoutHtmlComments = (text: string): string => {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('<!--', from);
    if (start < 0) return [...kept, text.slice(from)].join('');
    kept.push(text.slice(from, start));
    const end = text.indexOf('-->', start + 4);
    if (end < 0) return kept.join('');
    from = end + 3;
  }
};

/** Text as a person sees it at the forge: what only a program would read is dropped. Lines end in LF. */
export const visibleText = (text: string): string =>
  withoutHtmlComments(text).toWellFormed().replaceAll('\r\n', '\n').replace(CONTROLS, '').replace(UNSEEN, '');

/** The beginning of a text, of at most so many bytes of UTF-8, with what was cut told in the last line. */
export const cutText = (text: string, maxBytes: number): string => {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  const note = (cut: number) => `\n[… ${String(cut)} bytes were cut here]`;
  let end = Math.max(0, maxBytes - Buffer.byteLength(note(bytes.length)));
  // A byte 10xxxxxx goes on with a character: never cut before it.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString('utf8') + note(bytes.length - end);
};
