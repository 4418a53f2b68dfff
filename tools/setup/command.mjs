/** Child processes of set-up: output is kept and shown only when the command fails. */
import { spawn } from 'node:child_process';

import { SetUpError } from './set-up-error.mjs';

const KEPT_OUTPUT_CHARS = 8_000;

/**
 * Runs a command to its end.
 * @param options - spawn options, besides `hint`: what to do when it fails.
 * @returns its standard output.
 * @throws SetUpError with the end of its output when it cannot start or exits non-zero.
 */
export function run(command, args, { hint = '', ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let tail = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      tail = (tail + text).slice(-KEPT_OUTPUT_CHARS);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      tail = (tail + text).slice(-KEPT_OUTPUT_CHARS);
    });
    const fail = (reason) =>
      reject(
        new SetUpError(
          [`${command} ${args.join(' ')}: ${reason}`, tail.trim(), hint].filter(Boolean).join('\n'),
        ),
      );
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => (code === 0 ? resolve(stdout) : fail(`exit ${code ?? signal}`)));
  });
}

/** True when the program is found on PATH. */
export async function hasProgram(name) {
  return run('sh', ['-c', `command -v ${name}`]).then(
    () => true,
    () => false,
  );
}
