import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SettingFault } from '../settings-reader.ts';
import { oneOf } from './values.ts';

export const SandboxSettings = z
  .object({
    DRYDOCK_WORKSPACE: oneOf(['dir', 'loop'], 'dir').describe(
      '`dir`: directories under a watchdog. `loop`: an ext4 image per attempt',
    ),
    DRYDOCK_SANDBOX_RUNTIME: oneOf(['runc', 'runsc'], 'runc').describe(
      'What the engine runs containers with; `runsc` is gVisor',
    ),
    DOCKER_HOST: z
      .string()
      .regex(/^unix:\/\/\//, 'must be unix:///path: sandboxes need an engine on the same machine')
      .optional()
      .meta({ description: 'Docker Engine on the same machine', unset: "Docker's own default" }),
  })
  .meta({ title: 'Sandboxes' })
  .transform((env) => ({
    workspace: env.DRYDOCK_WORKSPACE,
    runtime: env.DRYDOCK_SANDBOX_RUNTIME,
    /** null: Docker's own default. */
    dockerSocket: env.DOCKER_HOST?.replace(/^unix:\/\//, '') ?? null,
  }));
export type SandboxConfig = z.output<typeof SandboxSettings>;

/** What every sandbox sees read-only at /opt/drydock. */
const RuntimeTree = z.object({
  directory: z.string().min(1),
  arch: z.string().min(1),
  /** Starts the runner inside. */
  argv: z.array(z.string()).min(1),
});
export type RuntimeTree = z.output<typeof RuntimeTree>;

export const runtimeTreeOf = (dataDirectory: string): RuntimeTree => {
  const file = join(dataDirectory, 'runtime', 'current.json');
  const fault = (why: string) =>
    new SettingFault('DRYDOCK_DATA_DIR', `${file} ${why}: run \`npm run services\` with this data directory`);
  if (!existsSync(file)) throw fault('is not there');
  let tree: RuntimeTree;
  try {
    tree = RuntimeTree.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw fault('cannot be read');
  }
  if (!existsSync(tree.directory)) throw fault('names a directory that is not there');
  if (tree.arch !== process.arch) throw fault(`was made for ${tree.arch}, not for ${process.arch}`);
  return tree;
};
