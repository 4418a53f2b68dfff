/**
 * Completes package-lock.json after packages were added: `node tools/complete-lock.mjs`. A registry may lack the builds
 * of some platforms; npm then writes a lock file without them, which `npm ci` refuses everywhere. Each missing one gets
 * an entry made from its name, so that `npm ci` skips it here and installs it where it fits.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { ROOT } from './setup/instance.mjs';

const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32|aix|sunos|netbsd|openbsd)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

/** The `os`, `cpu` and `libc` fields of a platform package, read from its name; undefined for any other name. */
export function platformOf(name) {
  if (name.includes('wasm32')) return { cpu: ['wasm32'] };
  const match = PLATFORM.exec(name);
  if (!match) return undefined;
  const [, os, cpu, abi = ''] = match;
  const libc = abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : undefined;
  return { os: [os], cpu: [cpu], ...(libc && os === 'linux' ? { libc } : {}) };
}

const isPresent = (packages, parent, name) =>
  packages[`node_modules/${name}`] !== undefined || packages[`${parent}/node_modules/${name}`] !== undefined;

/** The entries that `packages` of a lock file lacks, by path. */
export function missingEntries(packages) {
  const missing = {};
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (!platform || isPresent(packages, parent, name) || !/^\d/.test(version)) continue;
      const { cpu, ...rest } = platform;
      missing[`node_modules/${name}`] = { version, cpu, optional: true, ...rest };
    }
  }
  return missing;
}

const complete = (file) => {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  const all = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added to ${file}`);
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) complete(`${ROOT}/package-lock.json`);
