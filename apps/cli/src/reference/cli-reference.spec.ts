import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createProgram } from '../program.ts';
import { cliReference } from './cli-reference.ts';

it('commits docs/reference/cli.md as the commands are defined', () => {
  const committed = readFileSync(new URL('../../../../docs/reference/cli.md', import.meta.url), 'utf8');
  expect(cliReference(createProgram('0.0.0', { run: () => Promise.resolve() }))).toBe(committed);
});
