import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findRoot } from './read-environment.ts';
import { VERSION } from './version.ts';

describe('VERSION', () => {
  it('is that of package.json', () => {
    const text = readFileSync(`${findRoot(import.meta.dirname)}/package.json`, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ version: VERSION });
  });
});
