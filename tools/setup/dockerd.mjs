/** Starts dockerd by hand, also after an unclean stop. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { engineAnswers } from './engine-ping.mjs';
import { isAlive, programOf } from './process-identity.mjs';
import { SetUpError } from './set-up-error.mjs';

const DOCKER_PID = '/var/run/docker.pid';
const CONTAINERD_PID = '/var/run/docker/containerd/containerd.pid';
const STARTS = 3;
const START_DEADLINE_MS = 60_000;
const POLL_MS = 200;

const pidIn = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
};

/** dockerd refuses to start when the pid in its file lives, whatever program that now is. */
const dropStalePidFiles = () => {
  if (programOf(pidIn(DOCKER_PID)) !== 'dockerd') rmSync(DOCKER_PID, { force: true });
  if (programOf(pidIn(CONTAINERD_PID)) !== 'containerd') rmSync(CONTAINERD_PID, { force: true });
};

/** The containerd that a dead dockerd left behind, when a first start with it has failed. */
const endOrphanedContainerd = async () => {
  const pid = pidIn(CONTAINERD_PID);
  if (programOf(pidIn(DOCKER_PID)) === 'dockerd' || programOf(pid) !== 'containerd') return;
  process.kill(pid, 'SIGKILL');
  const deadline = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < deadline) await delay(POLL_MS);
};

const launch = (logFile) => {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  closeSync(log);
  child.unref();
  const state = { ended: '' };
  child.on('error', (error) => (state.ended = error.message));
  child.on('exit', (code, signal) => (state.ended = `exit ${code ?? signal}`));
  return state;
};

const answersBefore = async (deadline, hasEnded) => {
  while (performance.now() < deadline) {
    if (await engineAnswers()) return true;
    if (hasEnded()) return false;
    await delay(POLL_MS);
  }
  return false;
};

const startOnce = async (logFile) => {
  dropStalePidFiles();
  const running = pidIn(DOCKER_PID); // somebody else's start is under way: wait for it, never add a second
  const state = running ? { ended: '' } : launch(logFile);
  const hasEnded = () => (running ? !isAlive(running) : state.ended !== '');
  return answersBefore(performance.now() + START_DEADLINE_MS, hasEnded);
};

/**
 * Starts a detached dockerd and waits until it answers.
 * @throws SetUpError with the end of its log after three failed starts.
 */
export async function startDockerd(logFile) {
  for (let start = 1; start <= STARTS; start++) {
    if (await startOnce(logFile)) return;
    await endOrphanedContainerd();
  }
  const log = readFileSync(logFile, 'utf8').slice(-3_000);
  throw new SetUpError(`dockerd does not come up. The end of ${logFile}:\n${log}`);
}
