import { AppError } from './errors.ts';

/** `host` or `host:port` entries that may be reached although private, over plain http too (DRYDOCK_ALLOW_PRIVATE_HOSTS). */
export type AllowedPrivateHosts = ReadonlySet<string>;

const MAX_URL_LENGTH = 2048;
const LOCAL_NAME = /(^|\.)(local|localhost|internal|localdomain|home\.arpa)$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Whether the operator lets a host be reached although it is private, by name alone or with its port. */
export const isAllowedPrivate = (allowed: AllowedPrivateHosts, host: string, port: number): boolean =>
  allowed.has(host) || allowed.has(`${host}:${String(port)}`);

export const portOf = (url: URL): number =>
  url.port !== '' ? Number(url.port) : url.protocol === 'http:' ? 80 : 443;

/** Host of a URL as a name or a bare address: IPv6 without its brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Whether a host is named as only a private network can know it. */
export const isLocalName = (host: string): boolean => !host.includes('.') || LOCAL_NAME.test(host);

const refuse = (
  code: 'source_url_invalid' | 'source_url_scheme' | 'credentials_in_url' | 'host_not_allowed',
  detail: string,
): never => {
  throw new AppError(code, detail, { issues: [{ pointer: '/source/git/url', detail, code }] });
};

const checkText = (text: string): void => {
  if (text.length > MAX_URL_LENGTH)
    refuse('source_url_invalid', `A git URL has at most ${String(MAX_URL_LENGTH)} characters.`);
  if (/[\s\p{Cc}\\]/u.test(text))
    refuse('source_url_invalid', 'A git URL holds no spaces, control characters or backslashes.');
  if (/%(0[0-9a-f]|1[0-9a-f]|7f)/i.test(text))
    refuse('source_url_invalid', 'A git URL holds no escaped control characters.');
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    refuse('source_url_scheme', 'Use an https:// URL, such as https://github.com/acme/shop.git.');
};

const checkHost = (url: URL): void => {
  // A dot at the end names the same host from the root of the DNS.
  const host = hostOf(url).replace(/\.+$/, '');
  if (IPV4.test(host) || host.includes(':'))
    refuse('host_not_allowed', 'A git URL names a host, not an IP address.');
  if (isLocalName(host))
    refuse(
      'host_not_allowed',
      `${host} is a local name. An operator can allow it by DRYDOCK_ALLOW_PRIVATE_HOSTS.`,
    );
  if (portOf(url) !== 443) refuse('host_not_allowed', 'Only port 443 is allowed.');
};

/**
 * A git URL that may be fetched: https on port 443 with a public name, or a host that the operator allowed.
 * @throws AppError `source_url_invalid`, `source_url_scheme`, `credentials_in_url`, `host_not_allowed`.
 * Cases G01–G09 of the hostile inputs.
 */
export const parseGitUrl = (text: string, allowed: AllowedPrivateHosts = new Set()): URL => {
  checkText(text);
  if (!URL.canParse(text)) return refuse('source_url_invalid', 'The git URL cannot be parsed.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refuse('source_url_scheme', `${url.protocol}// is not allowed. Use https://.`);
  if (url.username !== '' || url.password !== '' || /^[^/]*:\/\/[^/]*@/.test(text))
    return refuse(
      'credentials_in_url',
      'Leave the credentials out of the URL and send them as source.git.token.',
    );
  if (/[?#]/.test(text)) return refuse('source_url_invalid', 'A git URL has no query and no fragment.');
  if (isAllowedPrivate(allowed, hostOf(url), portOf(url))) return url;
  if (url.protocol === 'http:') return refuse('source_url_scheme', 'http:// is not allowed. Use https://.');
  checkHost(url);
  return url;
};

const MAX_REF_BYTES = 255;
/** What git refuses anywhere in a name: spaces and control characters, `~^:?*[\\`, `..`, `@{`, empty or hidden parts. */
const NOT_IN_REF = /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)/u;
/** Besides git's own: `-` could pass for an option, `+` for a forced refspec. */
const REF_START = /^[^-+/.]/;

/**
 * Whether a text can be a branch, a tag or a commit id. As git has it, but for a `-` or `+` in front: nothing passes that a
 * command line could take for an option.
 */
export const isGitRef = (ref: string): boolean =>
  REF_START.test(ref) &&
  !NOT_IN_REF.test(ref) &&
  !/[./]$/.test(ref) &&
  ref !== '@' &&
  ref.isWellFormed() &&
  new TextEncoder().encode(ref).byteLength <= MAX_REF_BYTES;

/** A full commit id: 40 or, with SHA-256, 64 lowercase hex digits. */
export const isCommitId = (ref: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);
