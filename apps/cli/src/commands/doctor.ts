import type { Drydock } from '@drydock/sdk/node';
import { gitIn, gitMessage } from '../checkout/git.ts';
import type { Context } from '../context.ts';
import { checkFault, checkFleet, checkKey, checkServices } from '../doctor/check-api.ts';
import { checkDocker, checkLimits } from '../doctor/check-machine.ts';
import { type Finding, ok, problem, warning } from '../doctor/finding.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { connect, type Connection } from '../settings/connection.ts';
import type { Painter } from '../terminal/painter.ts';
import { safeText } from '../terminal/safe-text.ts';
import type { Register } from './act.ts';

/** Public routes answer without a key; the client wants one. */
const NO_KEY = 'none';

const checkApi = async (
  connection: Connection,
): Promise<{ readonly findings: Finding[]; readonly isReached: boolean }> => {
  const where = `${connection.url} (from ${connection.urlFrom})`;
  try {
    const client = connect({ ...connection, apiKey: NO_KEY });
    const services = checkServices(await client.installation.ready());
    return { findings: [ok('API', where), ...services, ...(await checkAccess(connection))], isReached: true };
  } catch (error) {
    return { findings: checkFault(error, where), isReached: false };
  }
};

/** The key, and what it may see. */
const checkAccess = async (connection: Connection): Promise<Finding[]> => {
  const { keyFrom } = connection;
  if (keyFrom === null)
    return [problem('API key', 'there is none', '`drydock login`, or set DRYDOCK_API_KEY.')];
  let client: Drydock;
  try {
    client = connect(connection);
  } catch (error) {
    return [problem('API key', (error as Error).message, '`drydock login` takes another one.')];
  }
  return [await checkKey(client, keyFrom), ...(await checkFleet(client))];
};

const checkGit = async (context: Context): Promise<Finding> => {
  try {
    const version = await gitIn('.', { environment: context.environment.forGit })('--version');
    return ok('git', version.replace(/^git version /, '').trim());
  } catch (error) {
    return warning('git', gitMessage(error), 'Install git: without it, no patch can be applied.');
  }
};

const isThisMachine = (url: string): boolean =>
  URL.canParse(url) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;
const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;

const lines = ({ what, state, detail, fix }: Finding, paint: Painter): string[] => [
  `${paint[COLOURS[state]](MARKS[state])} ${paint.bold(what)}: ${safeText(detail)}`,
  ...(fix === undefined ? [] : [`    ${fix}`]),
];

const examine = async (context: Context): Promise<ExitCode> => {
  const connection = await context.connection();
  const { findings, isReached } = await checkApi(connection);
  findings.push(await checkGit(context));
  if (isThisMachine(connection.url))
    findings.push(...(await checkDocker(context.environment.dockerHost)), ...(await checkLimits()));
  context.result({ findings }, () => findings.flatMap((each) => lines(each, context.terminal.out)));
  if (!isReached) return EXIT.unreachable;
  return findings.some(({ state }) => state === 'problem') ? EXIT.failed : EXIT.ok;
};

export const registerDoctor: Register = (program, act) => {
  const command = program
    .command('doctor')
    .description('Look at the API, the key, the workers and, on their machine, at Docker; say what to do');
  act<[], object>(command, (context) => examine(context));
};
