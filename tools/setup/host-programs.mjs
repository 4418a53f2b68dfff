/** Programs that the worker starts on this machine itself: git. */
import { installPackages, isDebianRoot } from './apt.mjs';
import { hasProgram } from './command.mjs';
import { SetUpError } from './set-up-error.mjs';

/** Makes sure that git is there. @throws SetUpError where set-up may not install it. */
export async function ensureHostPrograms() {
  if (await hasProgram('git')) return 'there';
  if (!isDebianRoot()) throw new SetUpError('There is no git on this machine. Install it and try again.');
  await installPackages(['git']);
  return 'installed';
}
