import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bash, commitAll, initRaw, publish } from './repositories.ts';
import type { System } from './start-system.ts';

/** Publishes a repository made by a script. @returns its URL. */
export const publishScript = async (system: System, name: string, script: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'drydock-e2e-'));
  await initRaw(directory);
  await bash(directory, script);
  await commitAll(directory);
  await publish(directory, system.gitRoot, name);
  await rm(directory, { recursive: true });
  return `${system.gitUrl}/${name}.git`;
};

/** A task whose agent is a bash script. */
export const bashTask = (
  url: string,
  script: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  source: { git: { url } },
  description: 'run a script',
  agent: { harness: 'command', command: ['bash', '-euo', 'pipefail', '-c', script] },
  ...more,
});
