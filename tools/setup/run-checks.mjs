/** Runs named checks one after the other and counts them; a failing one does not stop the next. */
import { CHECKS } from '../checks.mjs';
import { NODE } from './dependencies.mjs';
import { runForeground } from './foreground.mjs';
import { ROOT } from './instance.mjs';
import { say } from './progress.mjs';

const runAll = async (commands, env) => {
  for (const args of commands) {
    const code = await runForeground(NODE, args, { cwd: ROOT, env: { ...process.env, ...env } });
    if (code !== 0) return false;
  }
  return true;
};

/**
 * Runs one check of tools/checks.mjs, or a function, and says how it ended.
 * @param work - resolves to true when the check passed; a throw counts as failed.
 */
export async function countCheck(tally, name, work) {
  const startedAt = performance.now();
  say(`${name} ...`);
  let passed = false;
  try {
    passed = await work();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
  }
  tally[passed ? 'passed' : 'failed'] += 1;
  say(`${name}: ${passed ? 'passed' : 'FAILED'} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return passed;
}

/** Runs checks of tools/checks.mjs by name. */
export async function runNamedChecks(tally, names, env = {}) {
  for (const name of names) await countCheck(tally, name, () => runAll(CHECKS[name], env));
}
