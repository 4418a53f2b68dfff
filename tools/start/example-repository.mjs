/** The example as a git repository on the loopback, so that a first task from a git URL needs no network. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '../setup/command.mjs';
import { ROOT } from '../setup/instance.mjs';

const PORT = 8418;
const NAME = 'failing-test';
const DATE = '2026-01-01T00:00:00Z';

// The same commit at every start, whatever this machine's git is told.
const GIT_ENV = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Drydock',
  GIT_AUTHOR_EMAIL: 'drydock@localhost',
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: 'Drydock',
  GIT_COMMITTER_EMAIL: 'drydock@localhost',
  GIT_COMMITTER_DATE: DATE,
};

const makeRepository = async (directory) => {
  const source = join(ROOT, 'examples', NAME);
  const git = (...args) => run('git', ['--git-dir', directory, ...args], { cwd: source, env: GIT_ENV });
  rmSync(directory, { recursive: true, force: true });
  await git('init', '--quiet', '--bare', '--initial-branch=main');
  await git('--work-tree', source, 'add', '--all');
  await git('--work-tree', source, 'commit', '--quiet', '--message', 'A cart with a rounding bug');
};

const listen = async (root) => {
  await import('../ts.mjs'); // libs/testing is TypeScript
  const { startGitServer } = await import('@drydock/testing');
  return startGitServer({ root, port: PORT });
};

/**
 * Serves examples/failing-test at the URL that the README names.
 * @returns `{ host, url, close }`; undefined when another program has the port.
 */
export async function serveExample(instance) {
  const root = instance.path('example-git');
  mkdirSync(root, { recursive: true });
  try {
    const server = await listen(root);
    await makeRepository(join(root, `${NAME}.git`));
    return { host: `127.0.0.1:${PORT}`, url: `${server.url}/${NAME}.git`, close: () => server.close() };
  } catch (error) {
    if (error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** What is said when `serveExample` gave nothing. */
export const NOT_SERVED = `port ${PORT} is taken: the example of the README is not served as a git repository this time`;
