import { z } from 'zod';
import { CrashSettings } from './concerns/crash.schema.ts';
import { GithubSettings } from './concerns/github.schema.ts';
import { HttpSettings } from './concerns/http.schema.ts';
import { ModelsSettings } from './concerns/models.schema.ts';
import { PolicySettings } from './concerns/policy.schema.ts';
import { RetentionSettings } from './concerns/retention.schema.ts';
import { SandboxSettings } from './concerns/sandbox.schema.ts';
import { FirstKeySettings, SecretsSettings } from './concerns/secrets.schema.ts';
import { ServicesSettings } from './concerns/services.schema.ts';
import { StorageSettings } from './concerns/storage.schema.ts';
import { TelemetrySettings } from './concerns/telemetry.schema.ts';
import { WorkerSettings } from './concerns/worker.schema.ts';

/** One environment variable, as the reference shows it. Texts are Markdown. */
export interface SettingDescription {
  readonly name: string;
  readonly meaning: string;
  /** What its value must be, as the message of a start says it that was given something else; null: any text. */
  readonly rule: string | null;
  /** What it is when it is not set. */
  readonly fallback: string;
  readonly readBy: 'both' | 'api' | 'worker';
}

export interface SettingGroup {
  readonly title: string;
  readonly introduction: string | null;
  readonly settings: readonly SettingDescription[];
}

type Reader = 'api' | 'worker';

/** In the order of the page. A spec holds the readers equal to what the two loaders do. */
const CONCERNS: readonly (readonly [schema: z.ZodType, ...readers: Reader[]])[] = [
  [HttpSettings, 'api'],
  [FirstKeySettings, 'api'],
  [SecretsSettings, 'api', 'worker'],
  [ServicesSettings, 'api', 'worker'],
  [StorageSettings, 'api', 'worker'],
  [ModelsSettings, 'api', 'worker'],
  [PolicySettings, 'api', 'worker'],
  [GithubSettings, 'api', 'worker'],
  [WorkerSettings, 'worker'],
  [SandboxSettings, 'worker'],
  [RetentionSettings, 'api', 'worker'],
  [TelemetrySettings, 'api', 'worker'],
  [CrashSettings, 'api', 'worker'],
];

/** Values that break every rule that there is: too short, too long, no letter, no number. */
const UNFIT = ['\u0001', '\u0001'.repeat(1000)];

const objectOf = (schema: z.ZodType): z.ZodObject => {
  if (schema instanceof z.ZodPipe) return objectOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodObject) return schema;
  throw new Error('a schema of settings is an object, transformed or not');
};

const textOf = (schema: z.ZodType, key: string): string | null => {
  const text = schema.meta()?.[key];
  return typeof text === 'string' ? text : null;
};

const ruleOf = (schema: z.ZodType): string | null => {
  const faults = UNFIT.map((value) => schema.safeParse(value).error?.issues[0]?.message);
  return faults.find((fault) => fault !== undefined)?.replace(/^must (be |have )?/, '') ?? null;
};

const fallbackOf = (schema: z.ZodType): string => {
  if (schema instanceof z.ZodPipe) return fallbackOf(schema.in as z.ZodType);
  if (!(schema instanceof z.ZodDefault)) return textOf(schema, 'unset') ?? 'none';
  const value = String(schema.def.defaultValue);
  return value === '' ? 'empty' : `\`${value}\``;
};

const readersOf = (name: string): SettingDescription['readBy'] => {
  const readers = new Set(
    CONCERNS.filter(([schema]) => name in objectOf(schema).shape).flatMap(([, ...each]) => each),
  );
  return readers.size > 1 ? 'both' : readers.has('api') ? 'api' : 'worker';
};

const describe = (name: string, schema: z.ZodType): SettingDescription => ({
  name,
  meaning: textOf(schema, 'description') ?? '',
  rule: ruleOf(schema),
  fallback: fallbackOf(schema),
  readBy: readersOf(name),
});

/** Every environment variable that api and worker read, each once, by concern. */
export const describeSettings = (): readonly SettingGroup[] => {
  const groups = new Map<string, { introduction: string | null; settings: SettingDescription[] }>();
  const seen = new Set<string>();
  for (const [schema] of CONCERNS) {
    const concern = objectOf(schema);
    const title = textOf(concern, 'title') ?? '';
    const group = groups.get(title) ?? { introduction: textOf(concern, 'description'), settings: [] };
    groups.set(title, group);
    for (const [name, variable] of Object.entries(concern.shape).filter(([each]) => !seen.has(each))) {
      seen.add(name);
      group.settings.push(describe(name, variable as z.ZodType));
    }
  }
  return [...groups].map(([title, group]) => ({ title, ...group }));
};
