/** `npm run github:manifest`: prints the manifest of the GitHub App, and the page that registers it. */
import { join } from 'node:path';

import { NODE } from '../setup/dependencies.mjs';
import { runForeground } from '../setup/foreground.mjs';
import { ROOT } from '../setup/instance.mjs';

export async function main(args) {
  const program = ['--import', join(ROOT, 'tools/ts.mjs'), join(ROOT, 'tools/github/print-manifest.ts')];
  process.exitCode = await runForeground(NODE, [...program, ...args], { cwd: ROOT });
}
