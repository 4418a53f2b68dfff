import {
  runtimeTreeOf,
  SandboxSettings,
  type RuntimeTree,
  type SandboxConfig,
} from './concerns/sandbox.schema.ts';
import { WorkerSettings, type WorkerIdentity } from './concerns/worker.schema.ts';
import { readEnvironment, type Environment } from './read-environment.ts';
import { SettingsReader } from './settings-reader.ts';
import { readShared, type SharedConfig } from './shared-config.ts';

export interface WorkerConfig extends SharedConfig {
  readonly worker: WorkerIdentity;
  readonly sandbox: SandboxConfig;
  readonly runtimeTree: RuntimeTree;
}

/** @throws AppError `config_error`: one message that names every wrong variable and its rule, never a value. */
export const loadWorkerConfig = (env: Environment = readEnvironment()): WorkerConfig => {
  const reader = new SettingsReader(env);
  const shared = readShared(reader);
  return reader.finish<WorkerConfig>({
    ...shared,
    worker: reader.take(WorkerSettings),
    sandbox: reader.take(SandboxSettings),
    runtimeTree: reader.derive(shared.dataDirectory, runtimeTreeOf),
  });
};
