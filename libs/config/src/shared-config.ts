import type { CrashPoint } from '@drydock/domain';
import { CrashSettings } from './concerns/crash.schema.ts';
import { githubOf, GithubSettings, type GithubConfig } from './concerns/github.schema.ts';
import { modelsOf, ModelsSettings, type ModelsConfig } from './concerns/models.schema.ts';
import { PolicySettings, type PolicyConfig } from './concerns/policy.schema.ts';
import { secretKeyOf, SecretsSettings } from './concerns/secrets.schema.ts';
import {
  databaseOf,
  redisOf,
  ServicesSettings,
  type DatabaseConfig,
  type RedisConfig,
} from './concerns/services.schema.ts';
import { StorageSettings } from './concerns/storage.schema.ts';
import { TelemetrySettings, type TelemetryConfig } from './concerns/telemetry.schema.ts';
import { RetentionSettings, type RetentionConfig } from './concerns/retention.schema.ts';
import type { SettingsReader } from './settings-reader.ts';
import { VERSION } from './version.ts';

/** What api and worker both need. */
export interface SharedConfig {
  readonly version: string;
  readonly isProduction: boolean;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly database: DatabaseConfig;
  readonly redis: RedisConfig;
  /** A start waits so long for what it needs. */
  readonly startWaitMs: number;
  /** 32 bytes; seals secrets at rest. */
  readonly secretKey: Buffer;
  readonly policy: PolicyConfig;
  readonly models: ModelsConfig;
  readonly github: GithubConfig;
  readonly telemetry: TelemetryConfig;
  readonly retention: RetentionConfig;
  /** Where a process under test dies; null outside of tests. */
  readonly crash: { readonly crashPoint: CrashPoint | null };
}

export type Parts<T> = { readonly [K in keyof T]: T[K] | undefined };

export const readShared = (reader: SettingsReader): Parts<SharedConfig> => {
  const dataDirectory = reader.take(StorageSettings)?.dataDirectory;
  const services = reader.take(ServicesSettings);
  const secrets = reader.take(SecretsSettings);
  const inDataDirectory = <I, T>(
    input: I | undefined,
    work: (input: I, directory: string) => T,
  ): T | undefined =>
    reader.derive(dataDirectory, (directory) => reader.derive(input, (known) => work(known, directory)));
  return {
    version: VERSION,
    isProduction: secrets?.isProduction,
    dataDirectory,
    database: inDataDirectory(services, databaseOf),
    redis: inDataDirectory(services, redisOf),
    startWaitMs: services?.startWaitMs,
    secretKey: inDataDirectory(secrets, secretKeyOf),
    policy: reader.take(PolicySettings),
    models: reader.derive(reader.take(ModelsSettings), modelsOf),
    github: reader.derive(reader.take(GithubSettings), githubOf),
    telemetry: reader.take(TelemetrySettings),
    retention: reader.take(RetentionSettings),
    crash: reader.take(CrashSettings),
  };
};
