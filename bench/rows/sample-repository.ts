import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bash, commitAll, initRaw, publish } from '../../e2e/system/repositories.ts';
import type { System } from '../../e2e/system/start-system.ts';

/** Publishes a repository of `files` small files in folders of a hundred. @returns its URL. */
export const publishSample = async (system: System, name: string, files: number): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
  await initRaw(directory);
  await bash(
    directory,
    `for d in $(seq ${String(Math.ceil(files / 100))}); do mkdir d$d; for f in $(seq 100); do echo "$d $f" > d$d/f$f.txt; done; done`,
  );
  await commitAll(directory);
  await publish(directory, system.gitRoot, name);
  await rm(directory, { recursive: true });
  return `${system.gitUrl}/${name}.git`;
};

export const commandTask = (url: string, ...command: string[]) => ({
  source: { git: { url } },
  description: 'bench',
  agent: { harness: 'command', command },
});
