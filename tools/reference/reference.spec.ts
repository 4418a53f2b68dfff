import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseRepositoryConfig } from '@drydock/contracts';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { DRYDOCK_YML_EXAMPLE, drydockYmlReference } from './drydock-yml.ts';
import { reference } from './reference.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the generated reference', () => {
  it.each(Object.entries(reference()))(
    '%s is the one that is committed; `npm run gen` writes it',
    (path, text) => {
      const committed = readFileSync(join(ROOT, path), 'utf8');
      if (path.endsWith('.json')) expect(JSON.parse(committed)).toEqual(JSON.parse(text));
      else expect(committed).toBe(text);
    },
  );

  it('has a schema for editors that takes what the worker takes, and refuses what it refuses', () => {
    const schema = JSON.parse(drydockYmlReference()['docs/schemas/drydock-yml.json'] ?? '') as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    expect(parseRepositoryConfig(DRYDOCK_YML_EXAMPLE)).toMatchObject({ verify: ['npm test'] });
    expect(validate(parse(DRYDOCK_YML_EXAMPLE))).toBe(true);
    for (const wrong of [
      'verfiy: [npm test]',
      'setup: npm ci',
      'limits: { pids: 1 }',
      'network: { agent: { mode: open } }',
    ]) {
      expect(() => parseRepositoryConfig(wrong)).toThrow(/config_invalid/);
      expect([wrong, validate(parse(wrong))]).toEqual([wrong, false]);
    }
  });
});
