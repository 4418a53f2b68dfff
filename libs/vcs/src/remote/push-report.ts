/** How the server took one ref, as `git push --porcelain` has it. */
export interface PushedRef {
  readonly isAccepted: boolean;
  /** Such as `[remote rejected] (pre-receive hook declined)`. */
  readonly summary: string;
}

const ACCEPTED = new Set([' ', '*', '=']);
const MAX_WORDS = 300;

/** The line of one ref; null when the push ended before the server had said anything about it. */
export const readPushReport = (stdout: string, ref: string): PushedRef | null => {
  for (const line of stdout.split('\n')) {
    const [flag = '', refs = '', summary = ''] = line.split('\t');
    if (refs.endsWith(`:${ref}`)) return { isAccepted: ACCEPTED.has(flag), summary };
  }
  return null;
};

/** What the server printed, as far as git passes it on. */
export const serverLines = (stderr: string): string[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('remote: '))
    .map((line) => line.slice('remote: '.length));

/** What a server says to the person who pushes, on one line and cut; else git's own reason, without its brackets. */
export const serverWords = (stderr: string, reason: string): string => {
  const said = serverLines(stderr).join(' ');
  const words = /\S/.test(said) ? said : reason.replace(/^\[[^\]]*\] *\(?|\)$/g, '');
  return words
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, MAX_WORDS);
};
