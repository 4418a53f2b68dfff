import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const PROGRAM = join(import.meta.dirname, 'print-manifest.ts');
const LOADER = join(import.meta.dirname, '..', 'ts.mjs');

const print = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', LOADER, PROGRAM, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
  });

describe('npm run github:manifest', () => {
  it('prints the manifest alone to standard output, and the page of the organization beside it', () => {
    const { status, stderr, stdout } = print('--url', 'https://drydock.example.com/', '--org', 'acme');
    const manifest = JSON.parse(stdout) as { hook_attributes: { url: string } };
    expect(manifest.hook_attributes.url).toBe('https://drydock.example.com/v1/webhooks/github');
    expect(stderr).toContain('https://github.com/organizations/acme/settings/apps/new?');
    expect(status).toBe(0);
  });

  it.each([
    [['--ulr', 'https://drydock.example.com'], "'--ulr'"],
    [['--url', 'http://drydock.example.com'], '--url https://drydock.example.com'],
    [[], '--url https://drydock.example.com'],
  ])('refuses %j in a few lines that say what to give', (args, said) => {
    const { status, stderr, stdout } = print(...args);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect([status, stdout]).toEqual([1, '']);
  });
});
