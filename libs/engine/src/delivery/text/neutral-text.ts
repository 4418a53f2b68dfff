/** Nothing to see, and nothing that a code host would take for a part of what follows. */
const GAP = '\u200B';

/** Everything but tab and line feed that a terminal or a renderer obeys; also what turns the direction of text around. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** What nobody sees, and another program that reads along does; but for what emoji are put together with. */
const HIDDEN = /(?![\u200D\uFE0F])\p{Default_Ignorable_Code_Point}/gu;

/**
 * What makes a code host act or fetch: mentions, references to issues and pull requests in all their forms (a reference
 * alone shows in the other issue's history), entities that stand for the same, HTML, and images.
 */
const TRIGGERS: readonly RegExp[] = [
  /@(?=\S)/g,
  /#(?=\d)/g,
  /\bgh(?=-\d)/gi,
  /\b(?:issues|pulls?|discussions|commit|compare)\/(?=\w)/gi,
  /&(?=[#a-z])/gi,
  /<(?=[a-z/!?])/gi,
  /!(?=\[)/g,
];

/** Cuts without breaking a character, and shows that it did. Lengths are in UTF-16 units. */
export const capText = (text: string, most: number): string => {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

/** Text of several lines without what is not text; line ends become line feeds. */
export const cleanLines = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, (character) => (character === '\n' || character === '\t' ? character : ''));

/** The same as one line. */
export const cleanLine = (text: string): string => cleanLines(text).replace(/\s+/gu, ' ').trim();

/** Text of several lines as people see it; a neutral one is so no longer. */
export const plainText = (text: string): string => cleanLines(text).replace(HIDDEN, '');

/** Text by agents, issues or repositories, which may say anything and must cause nothing. Reads as it did. */
export const neutral = (text: string): string =>
  TRIGGERS.reduce((said, trigger) => said.replace(trigger, (match) => `${match}${GAP}`), plainText(text));

/** The same as a quote, which ends with itself: an open code block in it swallows nothing of what follows. */
export const quoted = (text: string, most: number): string =>
  neutral(capText(cleanLines(text).trim(), most))
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
