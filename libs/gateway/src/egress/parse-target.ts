import { hostOf, portOf } from '@drydock/domain';
import type { EgressTarget } from './egress-policy.ts';

const MAX_HOST_LENGTH = 253;
const AUTHORITY = /^([^\s/?#@\\]+):(\d{1,5})$/;

/** Through the URL parser, so that every spelling of an address (hex, octal, decimal, short) becomes the usual one. */
const targetOf = (url: URL, port: number, tunnel: boolean): EgressTarget | null => {
  const host = hostOf(url).toLowerCase().replace(/\.$/, '');
  const fits = host !== '' && host.length <= MAX_HOST_LENGTH && port >= 1 && port <= 65_535;
  return fits ? { host, port, tunnel } : null;
};

/** The `host:port` of a CONNECT; null when it is none. */
export const parseAuthority = (authority: string): EgressTarget | null => {
  const [, host = '', port = ''] = AUTHORITY.exec(authority) ?? [];
  if (host === '' || !URL.canParse(`http://${host}`)) return null;
  const url = new URL(`http://${host}`);
  return url.port === '' && url.pathname === '/' ? targetOf(url, Number(port), true) : null;
};

/** The absolute http:// URL of a plain proxy request; null when it is anything else. */
export const parseAbsolute = (text: string): { target: EgressTarget; url: URL } | null => {
  if (!/^http:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const target = targetOf(url, portOf(url), false);
  return target === null ? null : { target, url };
};
