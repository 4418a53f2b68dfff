/** The browser that the tests of the pages drive: the system's own, nothing is downloaded from elsewhere. */
import { existsSync } from 'node:fs';

import { installPackages, isDebianRoot } from './apt.mjs';
import { SetUpError } from './set-up-error.mjs';

const PROGRAMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of an installed Chromium; null: there is none. */
export const findBrowser = () => PROGRAMS.find((path) => existsSync(path)) ?? null;

/** Makes sure that there is a Chromium. @throws SetUpError where set-up may not install it. */
export async function ensureBrowser() {
  if (findBrowser() !== null) return 'there';
  if (isDebianRoot()) await installPackages(['chromium']);
  if (findBrowser() !== null) return 'installed';
  throw new SetUpError('The tests of the pages need Chromium. Install it and try again.');
}
