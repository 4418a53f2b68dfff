import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERRORS, errorSpec, type ErrorCode } from '@drydock/domain';

const DIRECTORY = join(import.meta.dirname, '..', 'docs', 'errors');
const CODES = Object.keys(ERRORS) as ErrorCode[];

/** What the list of codes says; the rest of a page is written by hand. */
const headOf = (code: ErrorCode): string => {
  const { title, status, outcome, delivery } = errorSpec(code);
  const facts = [
    ...(status === undefined ? [] : [`- HTTP status: ${String(status)}`]),
    ...(outcome === undefined ? [] : [`- Ends a task with the outcome: \`${outcome}\``]),
    ...(delivery === undefined ? [] : [`- Leaves a delivery in the state: \`${delivery}\``]),
  ];
  return [`# \`${code}\``, `${title}.`, facts.join('\n'), '## What happened\n\n'].join('\n\n');
};

describe('docs/errors', () => {
  it.each(CODES)('says of %s what happened and what to do', (code) => {
    const page = readFileSync(join(DIRECTORY, `${code}.md`), 'utf8');
    expect(page.slice(0, headOf(code).length)).toBe(headOf(code));
    const [happened = '', toDo = ''] = page.slice(headOf(code).length).split('\n\n## What to do\n\n');
    expect(happened).toMatch(/^[^#]{30,}$/);
    expect(toDo).toMatch(/^[^#]{8,}$/);
  });

  it('has a page for codes that there are only', () => {
    expect(readdirSync(DIRECTORY).sort()).toEqual(CODES.map((code) => `${code}.md`).sort());
  });
});
