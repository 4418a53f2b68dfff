import { type ApiKey, type ApiKeyRequest, isApiError } from '@drydock/sdk';
import { Option } from 'commander';
import type { Drydock } from '@drydock/sdk/node';
import { EXIT, usageError } from '../exit-codes.ts';
import { age, table } from '../terminal/format.ts';
import { oneLine } from '../terminal/safe-text.ts';
import { type Register, numberFrom } from './act.ts';

interface TeamFlags {
  readonly team?: string;
}
interface CreateFlags extends TeamFlags {
  readonly scope?: ApiKeyRequest['scopes'];
  readonly rate?: number;
  readonly days?: number;
}

const SCOPES = ['tasks:read', 'tasks:write', 'admin'] as const;

/** The team of the flag, or the only one there is. @throws CliError that names the flag. */
const teamOf = async (client: Drydock, { team }: TeamFlags): Promise<string> => {
  if (team !== undefined) {
    await client.installation.team(team).catch((error: unknown) => {
      if (!isApiError(error, 'not_found')) throw error;
      throw usageError(`--team: there is no team "${team}". Leave it out to see those that there are.`);
    });
    return team;
  }
  const { items, next } = await client.installation.teams().first();
  const [only] = items;
  if (only && items.length === 1 && next === null) return only.id;
  const names = items.slice(0, 10).map(({ id, name }) => `\n  ${id}  ${oneLine(name, 60)}`);
  throw usageError(`--team is needed, as there is more than one:${names.join('')}`);
};

const DAY_MS = 86_400_000;

const stateOf = ({ expiresAt, revokedAt }: ApiKey): string => {
  if (revokedAt !== null) return 'revoked';
  if (expiresAt === null) return 'active';
  return Date.parse(expiresAt) > Date.now() ? `until ${expiresAt.slice(0, 10)}` : 'expired';
};

const row = (key: ApiKey): string[] => [
  key.id,
  stateOf(key),
  age(key.createdAt, Date.now()),
  key.scopes.join(' '),
];

export const registerKeys: Register = (program, act) => {
  const keys = program.command('keys').description('API keys of a team (needs a key with the scope admin)');
  const withTeam = (name: string, description: string) =>
    keys.command(name).description(description).option('--team <id>', 'default: the only one there is');

  act<[], TeamFlags>(withTeam('list', 'List the keys, newest first'), async (context, { options }) => {
    const client = await context.client();
    const items = await client.installation.keys(await teamOf(client, options));
    context.result({ items }, () => table([['ID', 'STATE', 'AGE', 'SCOPES'], ...items.map(row)]));
    return EXIT.ok;
  });

  const create = withTeam('create', 'Make a key; it is printed once')
    .addOption(
      new Option('--scope <scope...>', 'what it opens; default: tasks:read tasks:write').choices(SCOPES),
    )
    .option(
      '--rate <count>',
      'requests per second; default: that of the installation',
      numberFrom(1, 1_000_000),
    )
    .option('--days <count>', 'days after which it expires; default: never', numberFrom(1, 3_650));
  act<[], CreateFlags>(create, async (context, { options: { scope, rate, days, ...flags } }) => {
    const client = await context.client();
    const made = await client.installation.createKey(await teamOf(client, flags), {
      ...(scope && { scopes: scope }),
      ...(rate !== undefined && { requestsPerSecond: rate }),
      ...(days !== undefined && { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
    });
    context.result(made, () => [made.key]);
    context.say('Keep it now: it is not shown again.');
    return EXIT.ok;
  });

  const revoke = withTeam('revoke', 'Revoke a key').argument(
    '<key>',
    'its id: what stands between dk_ and the next _',
  );
  act<[string], TeamFlags>(revoke, async (context, { args: [key], options }) => {
    const client = await context.client();
    const team = await teamOf(client, options);
    await client.installation.revokeKey(team, key).catch((error: unknown) => {
      if (!isApiError(error, 'not_found')) throw error;
      throw usageError(`There is no key "${key}". \`drydock keys list\` shows the ids.`);
    });
    context.result({ id: key, revoked: true }, () => [`${key} opens nothing any more.`]);
    return EXIT.ok;
  });
};
