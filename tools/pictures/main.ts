/**
 * `npm run pictures`: makes the pictures of README.md in docs/pictures. Everything on them has happened: a system is
 * started, the command is typed into a shell in a checkout, and the task that came of it is opened in a browser. Only the
 * model is played, by examples/trajectories/fix.yaml, and the recording says so.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { startSystem, type System } from '../../e2e/system/start-system.ts';
import { startBrowser } from '../../e2e/web/browser.ts';
import { photographPage } from './photograph-page.ts';
import { MOST_BYTES, PICTURES, ROOT } from './picture-files.ts';
import { PROMPT, recordShell } from './record-shell.ts';
import { recordingSvg } from './recording-svg.ts';
import { framesOf, type Recording } from './terminal-recording.ts';

const EXAMPLE = join(ROOT, 'examples', 'failing-test');
const SCRIPT = join(ROOT, 'examples', 'trajectories', 'fix.yaml');
/** The name is on the picture: it is the same each time. */
const HOME = join(tmpdir(), 'demo');
const COLUMNS = 100;
const ROWS = 30;
const TITLE = 'drydock run: recorded from a real run, with a scripted model';
const TYPED = [
  { after: PROMPT, text: 'drydock run "npm test fails. Find out why, and repair it." --verify "npm test"' },
  { after: '[y/N]', text: 'y' },
  { after: PROMPT, text: 'git status --short' },
];

/** A home with a checkout of the example, and the built command in its PATH. */
const furnish = async (): Promise<void> => {
  const cart = join(HOME, 'cart');
  await cp(EXAMPLE, cart, { recursive: true });
  await mkdir(join(HOME, 'bin'));
  await symlink(join(ROOT, 'dist', 'cli.mjs'), join(HOME, 'bin', 'drydock'));
  const git = (...args: string[]): Promise<unknown> =>
    promisify(execFile)('git', ['-c', 'user.name=A Person', '-c', 'user.email=person@example.com', ...args], {
      cwd: cart,
    });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'A cart');
};

const recordRun = ({ url, apiKey }: System): Promise<Recording> =>
  recordShell({
    home: HOME,
    folder: join(HOME, 'cart'),
    path: [join(HOME, 'bin'), dirname(process.execPath)],
    env: { DRYDOCK_URL: url, DRYDOCK_API_KEY: apiKey },
    columns: COLUMNS,
    rows: ROWS,
    typed: TYPED,
  });

const theTask = async ({ client }: System): Promise<string> => {
  const { items } = (await (await client.request('/v1/tasks')).json()) as {
    items: { id: string; outcome: string | null }[];
  };
  const [task] = items;
  if (items.length !== 1 || task?.outcome !== 'changed')
    throw new Error(`The recorded task did not end as it should: ${JSON.stringify(items)}`);
  return task.id;
};

/** @throws Error for a picture that is too large to be looked at in passing. */
const report = async (name: string): Promise<void> => {
  const { size } = await stat(join(PICTURES, name));
  console.log(`docs/pictures/${name}: ${String(size)} bytes`);
  if (size > (MOST_BYTES[extname(name)] ?? 0)) throw new Error(`${name} is too large`);
};

const makeRecording = async (system: System): Promise<void> => {
  await mkdir(HOME).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(
      `${HOME} is there already, and the recording needs the name. Move it away, and try again.`,
    );
  });
  try {
    await furnish();
    const frames = await framesOf(await recordRun(system));
    const svg = recordingSvg(frames, { columns: COLUMNS, rows: ROWS, title: TITLE });
    await writeFile(join(PICTURES, 'run.svg'), svg);
  } finally {
    await rm(HOME, { recursive: true, force: true });
  }
};

const makePhotographs = async (system: System): Promise<void> => {
  const browser = await startBrowser();
  try {
    const path = `/tasks/${await theTask(system)}/diff`;
    await photographPage(browser, { system, name: 'task', path, ready: '.syn-keyword' });
  } finally {
    await browser.close();
  }
};

const system = await startSystem({
  script: await readFile(SCRIPT, 'utf8'),
  env: { DRYDOCK_WORKER_ID: 'worker-1' },
});
try {
  await mkdir(PICTURES, { recursive: true });
  await makeRecording(system);
  await makePhotographs(system);
} finally {
  await system.stop();
}
for (const name of ['run.svg', 'task-light.png', 'task-dark.png']) await report(name);
