/** Debian packages and the machine's own package sources. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './command.mjs';

const APT_DIR = '/etc/apt';
const WAIT_FOR_LOCK = ['-o', 'DPkg::Lock::Timeout=300'];

/** True where set-up may install packages: root on a system with apt. */
export const isDebianRoot = () => process.getuid?.() === 0 && existsSync('/etc/debian_version');

/** Installs packages; `apt-get update` first, as a fresh machine has no lists. */
export async function installPackages(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', [...WAIT_FOR_LOCK, 'update', '-q'], { env });
  await run('apt-get', [...WAIT_FOR_LOCK, 'install', '-q', '-y', '--no-install-recommends', ...names], {
    env,
  });
}

const deb822Sources = (text) =>
  text.split(/\n\s*\n/).flatMap((stanza) => {
    const lines = stanza.split('\n').filter((line) => !line.startsWith('#'));
    const field = (name) =>
      lines
        .find((line) => line.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim() ?? '';
    if (!field('types').split(/\s+/).includes('deb') || field('enabled').toLowerCase() === 'no') return [];
    return field('uris')
      .split(/\s+/)
      .flatMap((uri) =>
        field('suites')
          .split(/\s+/)
          .map((suite) => ({ uri, suite, components: field('components'), signedBy: field('signed-by') })),
      );
  });

const oneLineSources = (text) =>
  text.split('\n').flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim());
    if (!match) return [];
    const [, options = '', uri, suite, components] = match;
    return [{ uri, suite, components, signedBy: /signed-by=(\S+)/.exec(options)?.[1] ?? '' }];
  });

/**
 * The lines of an apt source list (deb822 or one-line) that serve a Debian release itself, in one-line form.
 * Other people's repositories are left out: they have keys of their own, or no `main`.
 */
export function releaseSources(text, release) {
  const suites = new Set([release, `${release}-updates`, `${release}-security`]);
  const parsed = /^types:/im.test(text) ? deb822Sources(text) : oneLineSources(text);
  return parsed
    .filter(({ suite, components }) => suites.has(suite) && components.split(/\s+/).includes('main'))
    .filter(({ signedBy }) => signedBy === '' || signedBy.includes('debian-archive'))
    .map(({ uri, suite }) => `deb ${uri} ${suite} main`);
}

/** The machine's own sources for a Debian release; empty on another release or distribution. */
export function machineSources(release) {
  const folder = join(APT_DIR, 'sources.list.d');
  const files = [
    join(APT_DIR, 'sources.list'),
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ].filter((file) => existsSync(file) && /\.(list|sources)$/.test(file));
  return [...new Set(files.flatMap((file) => releaseSources(readFileSync(file, 'utf8'), release)))];
}

/**
 * The machine's settings on how packages are fetched, as apt options. Values that could hold a password are left out:
 * the options stay in the image, which agents can read.
 */
export async function machineAptOptions() {
  const dump = await run('apt-config', ['dump']);
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(Check|Retries|http|ForceIPv)/.test(line) && !line.includes('@'))
    .filter((line) => !line.endsWith('"";'));
}
