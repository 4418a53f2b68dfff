import { Drydock } from '@drydock/sdk/node';
import { usageError } from '../exit-codes.ts';
import type { Environment } from './environment.ts';
import { readSettings } from './settings-file.ts';

export const DEFAULT_URL = 'http://localhost:8080';

/** Where to and as whom, and who said so. */
export interface Connection {
  readonly url: string;
  readonly urlFrom: '--url' | 'DRYDOCK_URL' | 'drydock login' | 'default';
  readonly apiKey: string | undefined;
  readonly keyFrom: 'DRYDOCK_API_KEY' | 'drydock login' | 'the key' | null;
}

/** Flag before environment before `drydock login`. */
export const findConnection = async (
  environment: Environment,
  flagUrl: string | undefined,
): Promise<Connection> => {
  const settings = await readSettings(environment);
  const [url, urlFrom] =
    flagUrl !== undefined
      ? ([flagUrl, '--url'] as const)
      : environment.url !== undefined
        ? ([environment.url, 'DRYDOCK_URL'] as const)
        : settings.url !== undefined
          ? ([settings.url, 'drydock login'] as const)
          : ([DEFAULT_URL, 'default'] as const);
  if (environment.apiKey !== undefined)
    return { url, urlFrom, apiKey: environment.apiKey, keyFrom: 'DRYDOCK_API_KEY' };
  // A key is for the address that it was given for: no other one gets to see it.
  const isItsAddress = settings.url === undefined || sameOrigin(settings.url, url);
  if (settings.apiKey === undefined || !isItsAddress)
    return { url, urlFrom, apiKey: undefined, keyFrom: null };
  return { url, urlFrom, apiKey: settings.apiKey, keyFrom: 'drydock login' };
};

const sameOrigin = (one: string, other: string): boolean =>
  URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;

/** @throws CliError when there is no key, or one of the two cannot be what it should be. */
export const connect = ({ url, urlFrom, apiKey, keyFrom }: Connection): Drydock => {
  if (apiKey === undefined)
    throw usageError(
      `There is no API key for ${url}. \`drydock login\` asks for one, or set DRYDOCK_API_KEY.`,
    );
  try {
    return new Drydock({ baseUrl: url, apiKey });
  } catch (error) {
    const { message } = error as Error;
    throw usageError(
      `${message.startsWith('apiKey') ? String(keyFrom) : urlFrom}: ${message.replace(/^\w+: /, '')}`,
    );
  }
};
