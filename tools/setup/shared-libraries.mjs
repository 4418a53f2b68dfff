/** The shared libraries and the dynamic loader that a program needs, so that it runs in an image that has none. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { run } from './command.mjs';
import { SetUpError } from './set-up-error.mjs';

// Loaded by name at run time on glibc before 2.34, so that ldd does not list them.
const LOADED_BY_NAME = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/**
 * Reads the output of ldd.
 * @returns `{ loader, libraries }`, absolute paths; the loader is not among the libraries.
 */
export function parseLdd(output) {
  const paths = output
    .split('\n')
    .map((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
  const loader = paths.find((path) => basename(path).startsWith('ld-'));
  return { loader, libraries: paths.filter((path) => path !== loader) };
}

/** What `program` needs on this machine. @throws SetUpError on a system without glibc's ldd. */
export async function librariesOf(program) {
  const { loader, libraries } = parseLdd(await run('ldd', [program]));
  const libc = libraries.find((path) => basename(path) === 'libc.so.6');
  if (!loader || !libc)
    throw new SetUpError(`ldd shows no glibc loader for ${program}: a glibc Linux is needed.`);
  const extra = LOADED_BY_NAME.map((name) => join(dirname(libc), name)).filter((path) => existsSync(path));
  return { loader, libraries: [...new Set([...libraries, ...extra])] };
}
