import fc from 'fast-check';

/** What GitHub acts on, as its own parsers look for it. */
const ACTS = [
  /@[a-z0-9]/i,
  /#\d/,
  /\bgh-\d/i,
  /\/(?:issues|pull|discussions)\/\d/i,
  /&(?:#\d|#x[\da-f]|[a-z])/i,
  /<[a-z/!?]/i,
  /!\[/,
] as const;

const PIECES = [
  ...[
    '@',
    '#',
    'GH-',
    '12',
    'octocat',
    '&',
    '&#64;',
    '&commat;',
    '<',
    '<!--',
    '<img src=x>',
    '![x](y)',
    '!',
    '[',
  ],
  ...[
    'https://github.com/a/b/issues/',
    'a/b#',
    'pull/',
    '\r',
    '\n',
    '\u202E',
    '\0',
    '\u200B',
    '\uD800',
    ' ',
    '\\',
  ],
];

/** Text as somebody would write it who wants to be obeyed. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary' })), { maxLength: 40 })
  .map((pieces) => pieces.join(''));

/** What of a text GitHub would act on, first of all; undefined: nothing. */
export const firstAct = (text: string): string | undefined =>
  ACTS.map((act) => act.exec(text)?.[0]).find((match) => match !== undefined);
