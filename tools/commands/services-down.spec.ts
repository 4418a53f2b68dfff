import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const BOOTSTRAP = join(import.meta.dirname, '..', 'bootstrap.mjs');

describe('npm run services:down', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'drydock-down-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const down = (...args: string[]) =>
    spawnSync(process.execPath, [BOOTSTRAP, 'services-down', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DRYDOCK_DATA_DIR: folder, DOCKER_HOST: `unix://${join(folder, 'none.sock')}` },
    });

  it.each([[[]], [['--purge']]])('with %j removes nothing, and says why, when Docker is away', (args) => {
    const kept = join(folder, 'services.json');
    writeFileSync(kept, '{}');
    const { status, stderr, stdout } = down(...args);
    expect(stderr).toContain('No Docker Engine answers');
    expect(stdout).not.toContain('removed');
    expect([status, existsSync(kept)]).toEqual([1, true]);
  });

  it('refuses a flag that it does not know', () => {
    const { status, stderr } = down('--purg');
    expect(stderr).toContain('Unknown argument --purg');
    expect(status).toBe(1);
  });
});
