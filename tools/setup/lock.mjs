/** A lock between processes: a file that names its holder; a dead holder's file is taken over. */
import { closeSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { isAlive, startTimeOf } from './process-identity.mjs';
import { SetUpError } from './set-up-error.mjs';

const POLL_MS = 200;
const UNREADABLE_AFTER_MS = 10_000;

const create = (file, text) => {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, text);
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

const remove = (file) => {
  try {
    unlinkSync(file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
};

/**
 * Whether a lock file's holder is gone. An empty or cut file belongs to a process that died between create and write,
 * once it is old enough.
 */
export function isStale(file) {
  try {
    const [pid, startTime] = readFileSync(file, 'utf8').split(' ');
    if (startTime === undefined) return Date.now() - statSync(file).mtimeMs > UNREADABLE_AFTER_MS;
    return !isAlive(Number(pid)) || startTimeOf(Number(pid)) !== startTime;
  } catch {
    return false;
  }
}

/** Only one process at a time may remove a stale file; else the second would remove the first one's new lock. */
const takeOver = (file) => {
  const guard = `${file}.takeover`;
  if (!create(guard, `${process.pid} ${startTimeOf(process.pid)}`)) {
    if (isStale(guard)) remove(guard);
    return;
  }
  try {
    if (isStale(file)) remove(file);
  } finally {
    remove(guard);
  }
};

/**
 * Runs `work` while holding the lock file.
 * @param options.waitMs - how long to wait for another holder; then a SetUpError that names the file.
 * @param options.onWait - called once when the lock is held by somebody else.
 */
export async function withLock(file, work, { waitMs = 900_000, onWait = () => {} } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = performance.now() + waitMs;
  let told = false;
  while (!create(file, `${process.pid} ${startTimeOf(process.pid)}`)) {
    if (isStale(file)) {
      takeOver(file);
      continue;
    }
    if (!told) onWait();
    told = true;
    if (performance.now() > deadline) {
      throw new SetUpError(
        `Another set-up holds ${file} for too long. Wait for it, or remove the file if none runs.`,
      );
    }
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    remove(file);
  }
}
