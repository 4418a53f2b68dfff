import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('commits the types of the SDK as docs/openapi.json describes them', async () => {
  const check = promisify(execFile)(process.execPath, [
    join(import.meta.dirname, '../generate-types.mjs'),
    '--check',
  ]);
  await expect(check).resolves.toMatchObject({ stderr: '' });
});
