/** Where `npm start` listens, and the addresses that lead there. */
import { SetUpError } from '../setup/set-up-error.mjs';

const EVERYWHERE = ['0.0.0.0', '::'];
const LOCAL = [...EVERYWHERE, '127.0.0.1', '::1', 'localhost'];

const portOf = (text) => {
  const port = Number(text || 8080);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new SetUpError('PORT must be a whole number from 1 to 65535, as in: PORT=8081 npm start');
};

/** In a URL an IPv6 address stands in brackets. */
const inUrl = (host) => (host.includes(':') ? `[${host}]` : host);

/**
 * @param env - the environment, of which `PORT` and `HOST` count.
 * @returns `{ port, host, url, livez }`: what the api listens on, the address for people, and its probe.
 * @throws SetUpError for a port that nobody can be told of.
 */
export function addressOf({ PORT, HOST }) {
  const port = portOf(PORT);
  const host = HOST || '127.0.0.1';
  const probe = EVERYWHERE.includes(host) ? 'localhost' : inUrl(host);
  const shown = LOCAL.includes(host) ? 'localhost' : inUrl(host);
  return { port, host, url: `http://${shown}:${port}`, livez: `http://${probe}:${port}/livez` };
}
