/** Children that share our terminal, and what happens to them when we are told to end. */
import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// Ctrl-C under `npm run` arrives twice: from the terminal and from npm.
const SAME_SIGNAL_MS = 1_000;

/**
 * Calls `onFirst` for the first signal that asks this process to end, and `onSecond` for one clearly later.
 * @returns a function that stops listening.
 */
export function onEndSignal(onFirst, onSecond = () => {}) {
  let firstAt = 0;
  const listener = (signal) => {
    const now = performance.now();
    if (firstAt === 0) {
      firstAt = now;
      onFirst(signal);
    } else if (now - firstAt > SAME_SIGNAL_MS) onSecond(signal);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => SIGNALS.forEach((signal) => process.off(signal, listener));
}

const signalGroup = (child, signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

/**
 * Runs a program in the foreground, in a process group of its own, so that it gets each signal once: from us.
 * @returns its exit code; 128 and more when a signal ended it.
 */
export function runForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', detached: true, ...options });
    const stopListening = onEndSignal(
      (signal) => signalGroup(child, signal),
      () => signalGroup(child, 'SIGKILL'),
    );
    child.on('error', (error) => {
      stopListening();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      stopListening();
      resolve(signal ? 130 : code);
    });
  });
}
