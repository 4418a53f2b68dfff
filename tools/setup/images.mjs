/** The images that tasks and services run in, built from docker/<name>/ on the base image when their content changed. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BASE_IMAGE } from './base-image.mjs';
import { docker, followed, orMissing } from './docker-client.mjs';
import { ROOT } from './instance.mjs';

const HASH_LABEL = 'drydock.content';
const packageFile = (name, ...parts) => join(ROOT, 'node_modules', name, ...parts);
const versionOf = (name) => JSON.parse(readFileSync(packageFile(name, 'package.json'), 'utf8')).version;

/** What each image holds besides the files of docker/<name>/: target in the build context to source on this machine. */
const IMAGES = {
  toolbox: { node: packageFile('node', 'bin', 'node'), npm: packageFile('npm') },
  redis: {},
  postgres: {},
};

/** The image's name as tasks and containers use it. */
export const imageName = (name) => `drydock/${name}:1`;

const contentHash = (name, baseId) => {
  const hash = createHash('sha256').update(baseId);
  const folder = join(ROOT, 'docker', name);
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  if (name === 'toolbox') hash.update(`${versionOf('node')} ${versionOf('npm')} ${process.arch}`);
  return hash.digest('hex');
};

const build = async (name, label) => {
  const context = mkdtempSync(join(tmpdir(), 'drydock-image-'));
  try {
    cpSync(join(ROOT, 'docker', name), context, { recursive: true });
    for (const [target, source] of Object.entries(IMAGES[name])) {
      cpSync(source, join(context, target), { recursive: true });
    }
    const tar = spawn('tar', ['-cf', '-', '-C', context, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    // The host's network: package mirrors and resolvers that the host reaches may not be reachable from a bridge.
    const options = {
      t: imageName(name),
      labels: { [HASH_LABEL]: label },
      networkmode: 'host',
      forcerm: true,
    };
    await followed(await docker.buildImage(tar.stdout, options));
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
};

/** Builds one image unless the one there has the same content. */
export async function ensureImage(name) {
  const base = await docker.getImage(BASE_IMAGE).inspect();
  const wanted = contentHash(name, base.Id);
  const there = await orMissing(docker.getImage(imageName(name)).inspect());
  if (there?.Config?.Labels?.[HASH_LABEL] === wanted) return 'there';
  await build(name, wanted);
  return 'built';
}
