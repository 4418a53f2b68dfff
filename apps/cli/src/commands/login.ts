import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { isApiError } from '@drydock/sdk';
import { Drydock } from '@drydock/sdk/node';
import type { Context } from '../context.ts';
import { EXIT, Interrupted, usageError } from '../exit-codes.ts';
import { writeSettings } from '../settings/settings-file.ts';
import type { Register } from './act.ts';

interface LoginFlags {
  readonly withKey?: boolean;
  readonly url?: string;
}

/** Reads a line that the terminal does not show. */
const askSecret = async (question: string): Promise<string> => {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now: before, the terminal would still show what is typed at once.
  process.stderr.write(question);
  const stop = new AbortController();
  reader.once('SIGINT', () => {
    stop.abort();
  });
  try {
    return (await reader.question('', { signal: stop.signal })).trim();
  } catch {
    throw new Interrupted();
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
};

const readKey = async (context: Context, { withKey }: LoginFlags): Promise<string> => {
  if (withKey) return (await text(process.stdin)).trim();
  if (!context.terminal.canAsk)
    throw usageError(
      'Nobody is here to be asked for the key: pipe it in: drydock login --with-key < key.txt',
    );
  return askSecret('API key (dk_…, not shown): ');
};

const clientFor = (url: string, apiKey: string): Drydock => {
  try {
    return new Drydock({ baseUrl: url, apiKey });
  } catch (error) {
    const { message } = error as Error;
    throw usageError(message.startsWith('baseUrl') ? `--url: ${message}` : message);
  }
};

export const registerLogin: Register = (program, act) => {
  const command = program
    .command('login')
    .description('Check an API key and keep it, with the address, for the next commands')
    .option('--with-key', 'read the key from standard input');
  act<[], LoginFlags>(command, async (context, { options }) => {
    const known = await context.connection();
    const url =
      options.url ??
      (context.terminal.canAsk && !options.withKey
        ? (await context.terminal.ask(`Address of Drydock [${known.url}]: `)) || known.url
        : known.url);
    const apiKey = await readKey(context, options);
    if (apiKey === '') throw usageError('The key is empty. It begins with dk_; an operator has it.');
    const client = clientFor(url, apiKey);
    await client.tasks
      .list({ limit: 1 })
      .first()
      .catch((error: unknown) => {
        if (!isApiError(error, 'unauthorized')) throw error;
        throw usageError(`${url} does not accept this key: ${error.message} Nothing was kept.`);
      });
    const path = await writeSettings(context.environment, { url, apiKey });
    context.result({ url, path }, () => [`Logged in to ${url}; kept in ${path}`]);
    if (context.environment.apiKey !== undefined)
      context.say('DRYDOCK_API_KEY is set and goes before it: unset it to use the key that was kept.');
    return EXIT.ok;
  });
};
