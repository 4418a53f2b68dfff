/** The api and worker processes of one instance. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { NODE } from './dependencies.mjs';
import { ROOT } from './instance.mjs';
import { startTimeOf } from './process-identity.mjs';
import { SetUpError } from './set-up-error.mjs';

const POLL_MS = 50;

const pidFile = (instance, app) => instance.path(`${app}.pid`);

/** Kills the instance's processes that outlived whoever started them; a reused pid is left alone. */
export function killLeftApps(instance, apps) {
  for (const file of apps.map((app) => pidFile(instance, app)).filter((path) => existsSync(path))) {
    const [pid, startTime] = readFileSync(file, 'utf8').split(' ');
    if (startTime && startTimeOf(Number(pid)) === startTime) process.kill(Number(pid), 'SIGKILL');
    rmSync(file);
  }
}

/** Log lines die young: a small young generation keeps a worker with ten loud tasks 80 MB smaller. */
const NODE_FLAGS = { worker: ['--max-semi-space-size=2'] };
/** With an arena for every thread, what a worker frees comes back in pieces that nothing fits into: it grows for hours. */
const ALLOCATION = { worker: { MALLOC_ARENA_MAX: '1' } };

/**
 * Starts `dist/<app>.mjs` in a process group of its own: Ctrl-C must reach it once, through us.
 * @param options - `instance`, extra `env`, and `stdio` (default: our own output).
 * @returns `{ app, ended, stop(signal) }`; `ended` resolves to a word on how it ended, never rejects.
 */
export function startApp(app, { instance, env = {}, stdio = ['ignore', 'inherit', 'inherit'] }) {
  const child = spawn(NODE, [...(NODE_FLAGS[app] ?? []), join(ROOT, 'dist', `${app}.mjs`)], {
    cwd: ROOT,
    stdio,
    detached: true,
    env: {
      ...ALLOCATION[app],
      ...process.env,
      DRYDOCK_DATA_DIR: instance.directory,
      NODE_COMPILE_CACHE: instance.path('compile-cache'),
      ...env,
    },
  });
  if (child.pid) writeFileSync(pidFile(instance, app), `${child.pid} ${startTimeOf(child.pid)}`);
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { app, child, ended, stop: (signal = 'SIGTERM') => child.kill(signal) };
}

/**
 * Waits until `url` answers 200.
 * @param process - from `startApp`; when it ends first, that is the error.
 */
export async function waitForHttp(url, process, deadlineMs) {
  const deadline = performance.now() + deadlineMs;
  let end;
  void process.ended.then((how) => (end = how));
  for (;;) {
    if (end !== undefined) throw new SetUpError(`The ${process.app} ended before it was ready: ${end}.`);
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (performance.now() > deadline)
      throw new SetUpError(`${url} does not answer 200 (last: ${status || 'nothing'}).`);
    await delay(POLL_MS);
  }
}
