import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type System } from '../system/start-system.ts';
import { Person } from './run-command.ts';

const MIB = 1024 ** 2;

let system: System;
let person: Person;
let folder: string;

beforeAll(async () => {
  system = await startSystem({ workers: 0, env: { DRYDOCK_MAX_UPLOAD_MB: '8' } });
  person = await Person.of(system);
  folder = await person.folder('large');
  await writeFile(join(folder, 'noise'), randomBytes(32 * MIB));
});
afterAll(async () => {
  await person.leave();
  await system.stop();
});

describe('an upload that the API refuses before it has come through', () => {
  it('ends with what the API said of its size', async () => {
    const { code, stderr } = await person.run(['run', 'x', '-d', '--', 'true'], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('at most 8 MiB') as unknown,
    });
  });

  it('ends with what the API said of the key', async () => {
    const env = { DRYDOCK_API_KEY: 'dk_00000000_000000000000000000000000' };
    const { code, stderr } = await person.run(['run', 'x', '-d', '--', 'true'], { cwd: folder, env });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('drydock login') as unknown,
    });
  });
});
