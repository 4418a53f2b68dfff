import { AppError } from './errors.ts';
import { hostOf, isAllowedPrivate, isLocalName, portOf, type AllowedPrivateHosts } from './source-url.ts';

const MAX_URL_LENGTH = 2048;

/**
 * An address that webhooks may be sent to: https and a public name, or a host that the operator allowed. What the name stands
 * for is looked at when something is sent. `pointer` names the field that holds it.
 * @throws AppError `webhook_url_not_allowed`.
 */
export const parseWebhookUrl = (text: string, pointer: string, allowed: AllowedPrivateHosts): URL => {
  const refuse = (detail: string): never => {
    const code = 'webhook_url_not_allowed';
    throw new AppError(code, detail, { issues: [{ pointer, detail, code }] });
  };
  if (text.length > MAX_URL_LENGTH || /[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text))
    return refuse(
      `Give a URL such as https://example.com/hooks, of at most ${String(MAX_URL_LENGTH)} characters.`,
    );
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('Use an https:// URL.');
  if (url.username !== '' || url.password !== '')
    return refuse('Leave credentials out of the URL: the signature says who sends.');
  if (url.hash !== '') return refuse('Leave the part after # out: it is never sent.');
  if (isAllowedPrivate(allowed, hostOf(url), portOf(url))) return url;
  if (url.protocol === 'http:') return refuse('http:// is not allowed. Use https://.');
  const host = hostOf(url).replace(/\.+$/, '');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.includes(':'))
    return refuse('Name a host, not an IP address. An operator can allow it by DRYDOCK_ALLOW_PRIVATE_HOSTS.');
  if (isLocalName(host))
    return refuse(`${host} is a local name. An operator can allow it by DRYDOCK_ALLOW_PRIVATE_HOSTS.`);
  return url;
};
