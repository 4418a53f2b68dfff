/** `drydock/base:1`: Debian's slim image pulled where a registry answers, else made here with mmdebstrap. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installPackages, isDebianRoot, machineAptOptions, machineSources } from './apt.mjs';
import { hasProgram, run } from './command.mjs';
import { docker, followed, orMissing } from './docker-client.mjs';
import { SetUpError } from './set-up-error.mjs';

export const BASE_IMAGE = 'drydock/base:1';
const RELEASE = 'bookworm';
const OFFICIAL = `debian:${RELEASE}-slim`;
const PULL_DEADLINE_MS = 60_000;
const CONNECT_DEADLINE_MS = 8_000;

const DOCUMENTATION = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*'];

/** A registry that does not begin to send within seconds counts as absent. */
const pull = async () => {
  const abort = AbortSignal.timeout(PULL_DEADLINE_MS);
  const connected = new AbortController();
  const timer = setTimeout(() => connected.abort(), CONNECT_DEADLINE_MS);
  try {
    const abortSignal = AbortSignal.any([abort, connected.signal]);
    const stream = await docker.pull(OFFICIAL, { abortSignal });
    clearTimeout(timer);
    await followed(stream);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

const bootstrap = async (tarFile) => {
  const sources = machineSources(RELEASE);
  const options = await machineAptOptions();
  await run('mmdebstrap', [
    '--variant=apt',
    '--quiet',
    ...options.map((option) => `--aptopt=${option}`),
    ...DOCUMENTATION.map((path) => `--dpkgopt=path-exclude=${path}`),
    RELEASE,
    tarFile,
    ...sources,
  ]);
};

const makeHere = async () => {
  if (!isDebianRoot()) {
    throw new SetUpError(`No registry gave ${OFFICIAL}. Pull or import it by hand, then try again.`);
  }
  if (!(await hasProgram('mmdebstrap'))) await installPackages(['mmdebstrap', 'debian-archive-keyring']);
  const folder = mkdtempSync(join(tmpdir(), 'drydock-base-'));
  try {
    const tarFile = join(folder, 'base.tar');
    await bootstrap(tarFile);
    const [repo, tag] = BASE_IMAGE.split(':');
    await followed(await docker.importImage(tarFile, { repo, tag }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Makes sure that the base image exists; an image that is there is kept as it is. */
export async function ensureBaseImage() {
  if (await orMissing(docker.getImage(BASE_IMAGE).inspect())) return 'there';
  const there = await orMissing(docker.getImage(OFFICIAL).inspect());
  if (!there && !(await pull())) {
    await makeHere();
    return 'made with mmdebstrap';
  }
  const [repo, tag] = BASE_IMAGE.split(':');
  await docker.getImage(OFFICIAL).tag({ repo, tag });
  return there ? `tagged ${OFFICIAL}` : `pulled ${OFFICIAL}`;
}
