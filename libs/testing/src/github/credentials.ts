import { createVerify } from 'node:crypto';
import { Refusal } from './refusal.ts';
import type { Caller, GithubState } from './github-state.ts';

const MOST_JWT_SECONDS = 600;
const CLOCK_DRIFT_SECONDS = 60;

const badCredentials = (): Refusal => new Refusal(401, 'Bad credentials');

/** The token of an `Authorization` header; git sends it as the password of basic authentication. */
const tokenOf = (header: string): string => {
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'basic') return value;
  const decoded = Buffer.from(value, 'base64').toString();
  return decoded.slice(decoded.indexOf(':') + 1);
};

const jsonOf = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

/** Checks the signature and the life of an App's token, as GitHub does. */
const mustBeOurApp = (token: string, { app, secondsBehind }: GithubState): void => {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const isSigned = createVerify('RSA-SHA256')
    .update(`${head}.${payload}`)
    .verify(app.publicKey, signature, 'base64url');
  if (!isSigned || jsonOf(head)['alg'] !== 'RS256')
    throw new Refusal(401, 'A JSON web token could not be decoded');
  const { iss, iat, exp } = jsonOf(payload);
  const now = Date.now() / 1000 - secondsBehind;
  if (String(iss) !== String(app.id)) throw new Refusal(401, "'Issuer' claim ('iss') must be an Integer");
  if (Number(iat) > now + CLOCK_DRIFT_SECONDS || Number(exp) < now) throw badCredentials();
  if (Number(exp) > now + MOST_JWT_SECONDS)
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future", {
      headers: { date: new Date(now * 1000).toUTCString() },
    });
};

/** Who sent a request with this header. Throws a Refusal 401. */
export const callerOf = (header: string | undefined, state: GithubState): Caller => {
  if (header === undefined) return { kind: 'anonymous' };
  const token = tokenOf(header);
  if (token.split('.').length === 3) {
    mustBeOurApp(token, state);
    return { kind: 'app' };
  }
  const caller = state.tokens.get(token);
  if (caller === undefined) throw badCredentials();
  if (caller.kind === 'installation' && caller.expiresAt <= Date.now()) throw badCredentials();
  return caller;
};

/** The login that what a caller makes is shown under. */
export const loginOf = (caller: Caller, state: GithubState): string =>
  caller.kind === 'user' ? caller.login : `${state.app.slug}[bot]`;
