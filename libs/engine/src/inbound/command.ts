/** What a comment tells us to do. `start` with an empty instruction: do what the issue or the review says. */
export type Command =
  { readonly do: 'start'; readonly instruction: string } | { readonly do: 'cancel' | 'retry' | 'help' };

const WORD = '/drydock';
const VERBS = ['cancel', 'retry', 'help'] as const;

/**
 * Reads a comment that starts with `/drydock` as a word of its own; null: it is no command. A verb stands alone: `/drydock
 * cancel the second order` is an instruction.
 */
export const commandOf = (text: string): Command | null => {
  const trimmed = text.trim();
  const rest = trimmed.slice(WORD.length);
  if (trimmed.slice(0, WORD.length).toLowerCase() !== WORD || !/^(\s|$)/.test(rest)) return null;
  const instruction = rest.trim();
  const verb = VERBS.find((one) => one === instruction.toLowerCase());
  return verb === undefined ? { do: 'start', instruction } : { do: verb };
};

const MENTION = /(?<![A-Za-z0-9_`@/.-])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(\[bot\])?/g;

/** An App is mentioned by its slug, and its account is called `slug[bot]`. */
const plain = (login: string): string => login.toLowerCase().replace(/\[bot\]$/, '');

/** Whether two logins are the same account: case does not count, nor `[bot]`. */
export const isSameLogin = (a: string, b: string): boolean => plain(a) === plain(b);

/** Accounts that a text mentions, in lower case. Lines that quote somebody else mention nobody. */
export const mentionsIn = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split('\n')
      .filter((line) => !line.trimStart().startsWith('>'))
      .flatMap((line) => [...line.matchAll(MENTION)].map((match) => plain(match[1] ?? ''))),
  );

/** A text without the mention of an account, as the instruction that it is. */
export const withoutMention = (text: string, login: string): string =>
  text.replace(MENTION, (mention, name: string) => (isSameLogin(name, login) ? '' : mention)).trim();
