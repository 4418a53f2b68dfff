import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeSettings } from './describe-settings.ts';
import { loadApiConfig } from './load-api-config.ts';
import { loadWorkerConfig } from './load-worker-config.ts';
import { ROOT, type Environment } from './read-environment.ts';

const GROUPS = describeSettings();
const SETTINGS = GROUPS.flatMap(({ settings }) => settings);
const NAMES = SETTINGS.map(({ name }) => name).sort();

const namesReadBy = (load: (env: Environment) => unknown): Set<string> => {
  const names = new Set<string>();
  // It ends with a fault, which does not stop the reading, before anything is written.
  const env: Environment = { DATABASE_URL: 'no URL', REDIS_URL: 'no URL', DRYDOCK_SECRET_KEY: 'no key' };
  const watched = new Proxy(env, {
    get: (_, name) => {
      names.add(String(name));
      return env[String(name)];
    },
  });
  expect(() => load(watched)).toThrow(/DATABASE_URL/);
  return names;
};

describe('describeSettings', () => {
  it('says of each variable what it means, and has no two that are alike', () => {
    for (const { name, meaning } of SETTINGS) expect(`${name}: ${meaning}`).toMatch(/: .{4,}[^.]$/);
    expect(new Set(NAMES).size).toBe(NAMES.length);
    for (const { title } of GROUPS) expect(title).toMatch(/^[A-Z]/);
  });

  it('says which process reads it: the one whose start asks for it', () => {
    const [api, worker] = [namesReadBy(loadApiConfig), namesReadBy(loadWorkerConfig)];
    const readBy = (name: string) => (!worker.has(name) ? 'api' : !api.has(name) ? 'worker' : 'both');
    expect([...new Set([...api, ...worker])].sort()).toEqual(NAMES);
    expect(SETTINGS.map(({ name }) => [name, readBy(name)])).toEqual(
      SETTINGS.map((setting) => [setting.name, setting.readBy]),
    );
  });

  it('takes rule and default from what a start does', () => {
    const byName = new Map(SETTINGS.map((setting) => [setting.name, setting]));
    expect(byName.get('PORT')).toMatchObject({
      rule: 'a whole number from 0 to 65535',
      fallback: '`8080`',
      readBy: 'api',
    });
    expect(byName.get('DRYDOCK_SANDBOX_RUNTIME')?.rule).toBe('one of runc, runsc');
    expect(byName.get('GITHUB_WEBHOOK_SECRET')?.rule).toBe('at least 16 characters');
    expect(byName.get('DRYDOCK_ALLOWED_IMAGES')?.fallback).toBe('`drydock/*`');
    expect(byName.get('DRYDOCK_MIRRORS_MAX_MB')?.fallback).toBe('a tenth of the disk');
  });
});

describe('.env.example', () => {
  it('shows every variable and no other', () => {
    const shown = [...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^# ([A-Z0-9_]+)=/gm)];
    expect(shown.map(([, name]) => name).sort()).toEqual(NAMES);
  });
});
