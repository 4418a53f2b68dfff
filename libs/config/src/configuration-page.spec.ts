import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
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
import { ROOT } from './read-environment.ts';

const SCHEMAS = [
  CrashSettings,
  GithubSettings,
  HttpSettings,
  ModelsSettings,
  PolicySettings,
  RetentionSettings,
  SandboxSettings,
  FirstKeySettings,
  SecretsSettings,
  ServicesSettings,
  StorageSettings,
  TelemetrySettings,
  WorkerSettings,
];

const shapeOf = (schema: z.ZodType): Record<string, z.ZodType> => {
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodObject) return schema.shape;
  throw new Error('a schema of settings is an object, transformed or not');
};

const VARIABLES = Object.assign({}, ...SCHEMAS.map(shapeOf)) as Record<string, z.ZodType>;
const NAMES = Object.keys(VARIABLES).sort();
const ROW = /^\| `([A-Z0-9_]+)` +\| .* \| (.+?) +\|$/gm;

/** As the page shows it; undefined: the schema has none, and the page tells in words what happens then. */
const defaultOf = (schema: z.ZodType | undefined): string | undefined => {
  if (schema instanceof z.ZodPipe) return defaultOf(schema.in as z.ZodType);
  if (!(schema instanceof z.ZodDefault)) return undefined;
  const text = String(schema.def.defaultValue);
  return text === '' ? 'empty' : `\`${text}\``;
};

describe('docs/configuration.md', () => {
  const rows = [...readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8').matchAll(ROW)];

  it('has one row for every variable and no other', () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(NAMES);
  });

  it.each(rows.map(([, name = '', shown = '']) => [name, shown]))('gives %s its default', (name, shown) => {
    expect(shown).toEqual(defaultOf(VARIABLES[name]) ?? expect.not.stringMatching(/^`/));
  });
});

describe('.env.example', () => {
  it('shows every variable and no other', () => {
    const shown = [...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^# ([A-Z0-9_]+)=/gm)];
    expect(shown.map(([, name]) => name).sort()).toEqual(NAMES);
  });
});
