/** Zero-width, direction-changing, filling and tag characters: nobody sees them, a model does. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
/** But for tab and line feed. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** One that is not closed hides all that follows when it begins a line, in a quote or a list too; else it is text. */
const OPEN_COMMENT = /(?:^|\n)[ \t>*+\-\d.)]*(?=<!--)/;

const upToOpenComment = (text: string): string => {
  const found = OPEN_COMMENT.exec(text);
  return found === null ? text : text.slice(0, found.index + found[0].length);
};

/** A browser shows nothing of them; `<!-->` and `<!--->` are whole ones. */
const withoutHtmlComments = (text: string): string => {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('<!--', from);
    const end = start < 0 ? -1 : text.indexOf('-->', start + 2);
    if (end < 0) return kept.join('') + upToOpenComment(text.slice(from));
    kept.push(text.slice(from, start));
    from = end + 3;
  }
};

/** Text as a person sees it at the forge: what only a program would read is dropped. Lines end in LF. */
export const visibleText = (text: string): string =>
  withoutHtmlComments(text.toWellFormed().replace(/\r\n?/g, '\n')).replace(CONTROLS, '').replace(UNSEEN, '');

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
