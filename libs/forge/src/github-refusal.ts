import { AppError, type ErrorCode } from '@drydock/domain';
import { RequestError } from '@octokit/request-error';

/** Of GitHub's own words so much is passed on. */
const MOST_WORDS = 300;
const LIMIT_SECONDS = 60;
const OUTAGE_SECONDS = 30;
/** Limits are counted by the hour. More is a clock that is wrong, here or there. */
const LONGEST_SECONDS = 3600;

type Headers = Readonly<Record<string, string | number | undefined>>;

/** What GitHub answered, without the request: that one holds the credential. */
interface Refusal {
  readonly status: number;
  readonly words: string;
  readonly headers: Headers;
}

/**
 * Not within a word: whoever masks a credential in it looks for the whole of it, and would leave the half that a cut made.
 * Credentials have no spaces.
 */
const cutBetweenWords = (text: string): string =>
  text.length <= MOST_WORDS
    ? text
    : `${text.slice(0, Math.max(0, text.lastIndexOf(' ', MOST_WORDS)))} …`.trim();

/** null: no answer came. */
export const refusalIn = (error: unknown): Refusal | null => {
  if (!(error instanceof RequestError) || error.response === undefined) return null;
  const { headers, data } = error.response;
  const told =
    typeof data === 'object' && data !== null ? (data as { message?: unknown; errors?: unknown }) : {};
  const details = Array.isArray(told.errors) ? told.errors.map((one) => JSON.stringify(one)) : [];
  const words = [typeof told.message === 'string' ? told.message : '', ...details].join(' ');
  return {
    status: error.status,
    words: cutBetweenWords(words.replace(/\p{Cc}+/gu, ' ').trim()),
    headers,
  };
};

/** Whole seconds within bounds; null: they say nothing. */
const bounded = (seconds: number): number | null =>
  Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), LONGEST_SECONDS) : null;

/** Of the answer, by GitHub's clock, which ours may be far from. */
const answeredAtMs = ({ date }: Headers): number => {
  const told = Date.parse(String(date));
  return Number.isNaN(told) ? Date.now() : told;
};

const secondsUntilReset = (headers: Headers): number =>
  bounded(Number(headers['retry-after'])) ??
  bounded(Number(headers['x-ratelimit-reset']) - answeredAtMs(headers) / 1000 + 1) ??
  LIMIT_SECONDS;

const isLimit = ({ status, words, headers }: Refusal): boolean =>
  status === 429 ||
  (status === 403 &&
    (/\b(secondary rate|rate limit exceeded|abuse detection)\b/i.test(words) ||
      headers['retry-after'] !== undefined ||
      headers['x-ratelimit-remaining'] === '0'));

/** `contents=write; pull_requests=write` as a sentence has it. */
const permissionsIn = (headers: Headers): string => {
  const accepted = String(headers['x-accepted-github-permissions'] ?? '');
  const known = /^[a-z_=;, ]+$/.test(accepted);
  return known ? ` It needs ${accepted.replaceAll('=', ': ').replaceAll(';', ' or')}.` : '';
};

const codeAndAdvice = ({ status, words, headers }: Refusal, subject: string): [ErrorCode, string] => {
  if (status === 401)
    return [
      'forge_auth_failed',
      'GitHub refused the credential. It may have expired or been revoked: replace it.',
    ];
  if (status === 404)
    return [
      'forge_repository_not_found',
      `GitHub shows no ${subject} to this credential. Check the name, and give the App or the token access to it.`,
    ];
  if (status === 403 && /archived/i.test(words))
    return ['forge_repository_archived', `${subject} is archived. Unarchive it, or deliver elsewhere.`];
  if (status === 403 && headers['x-github-sso'] !== undefined)
    return [
      'forge_permission_missing',
      `The organization of ${subject} asks for single sign-on. Authorize the token for it at GitHub.`,
    ];
  if (status === 403)
    return [
      'forge_permission_missing',
      `The credential may not do this in ${subject}.${permissionsIn(headers)} Grant that to the App or the token.`,
    ];
  if (status === 409 && /empty/i.test(words))
    return ['forge_repository_empty', `${subject} has no commits. Push a first one.`];
  return ['forge_refused', `GitHub refused the request for ${subject} with status ${String(status)}.`];
};

/** Kept for logs: never the error itself, whose request has the credential in a header. */
const causeOf = (error: unknown): Error => {
  if (!(error instanceof RequestError)) return new Error(error instanceof Error ? error.message : 'unknown');
  const { method, url } = error.request;
  const id = error.response?.headers['x-github-request-id'] ?? 'none';
  return new Error(`${method} ${new URL(url).pathname}: ${error.message} (request ${id})`);
};

/**
 * Any fault of a request as one of our codes, with what to change. `subject` is what the request was about, such as
 * `acme/shop`.
 */
export const toForgeError = (error: unknown, subject: string): AppError => {
  if (error instanceof AppError) return error;
  const refusal = refusalIn(error);
  const cause = causeOf(error);
  if (refusal === null || refusal.status >= 500)
    return new AppError('forge_unreachable', 'GitHub does not answer, or answers with a fault of its own.', {
      cause,
      retryAfterSeconds: Math.max(OUTAGE_SECONDS, bounded(Number(refusal?.headers['retry-after'])) ?? 0),
    });
  if (isLimit(refusal))
    return new AppError('forge_rate_limited', 'GitHub asks for patience: too many requests.', {
      cause,
      retryAfterSeconds: secondsUntilReset(refusal.headers),
    });
  const [code, advice] = codeAndAdvice(refusal, subject);
  const words = refusal.words === '' ? '' : ` GitHub says: ${refusal.words}`;
  return new AppError(code, `${advice}${words}`, { cause });
};
