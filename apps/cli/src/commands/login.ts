import { text } from 'node:stream/consumers';
import { isApiError } from '@drydock/sdk';
import type { Context } from '../context.ts';
import { EXIT, usageError } from '../exit-codes.ts';
import { connect } from '../settings/connection.ts';
import { writeSettings } from '../settings/settings-file.ts';
import type { Register } from './act.ts';

interface LoginFlags {
  readonly withKey?: boolean;
  readonly url?: string;
}

const readKey = async (context: Context, { withKey }: LoginFlags): Promise<string> => {
  if (withKey) return (await text(process.stdin)).trim();
  if (!context.terminal.canAsk)
    throw usageError(
      'Nobody is here to be asked for the key: pipe it in: drydock login --with-key < key.txt',
    );
  return context.terminal.askSecret('API key (dk_…, not shown): ');
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
    const urlFrom = url === known.url ? known.urlFrom : '--url';
    const client = connect({ url, urlFrom, apiKey, keyFrom: 'the key' });
    await client.tasks
      .list({ limit: 1 })
      .first()
      .catch((error: unknown) => {
        // It is known, and made for something else than to read.
        if (isApiError(error, 'forbidden')) return;
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
