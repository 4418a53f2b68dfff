import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The generated reference is what there is. */
const CLI = read('docs/reference/cli.md');
const KNOWN = `${read('docs/reference/configuration.md')}${CLI}`;
/** What a sandbox is told, which is no configuration. */
const OF_SANDBOXES = ['DRYDOCK_TASK_FILE'];

const all = (pattern: RegExp, text: string): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

/** `drydock keys create` → its flags; a command that only has others below it has none. */
const FLAGS = new Map(
  CLI.split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', new Set(all(/(--[a-z-]+)/g, section))]),
);

/** Whole commands in code, without what follows a `--` of their own, as `drydock run --apply`. */
const commandsIn = (page: string): string[] =>
  all(/(?:^|[`(])(drydock [a-z][^`\n|#]*|node \S*cli\.mjs [^`]*?[^\\](?=\n|`))/gm, page).map((command) =>
    command.replace(/^node \S+/, 'drydock').replace(/ -- .*/s, ''),
  );

const unknownIn = (command: string): string[] => {
  const [, one = '', two = ''] = command.split(/\s+/);
  const flags = FLAGS.get(`drydock ${one} ${two}`) ?? FLAGS.get(`drydock ${one}`);
  return flags === undefined ? [command] : all(/\s(--[a-z-]+)/g, command).filter((flag) => !flags.has(flag));
};

describe('the pages name only', () => {
  it('variables that the reference knows', () => {
    const named = PAGES.flatMap((page) => all(/\b(DRYDOCK_[A-Z_]*[A-Z])\b/g, read(page)));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !OF_SANDBOXES.includes(name) && !KNOWN.includes(`\`${name}\``))).toEqual(
      [],
    );
  });

  it('commands and flags that `drydock` has', () => {
    const named = PAGES.flatMap((page) => commandsIn(read(page)));
    expect(named.length).toBeGreaterThan(10);
    expect(named.flatMap(unknownIn)).toEqual([]);
    expect(unknownIn('drydock run "x" --verify "npm test" --aply')).toEqual(['--aply']);
  });

  it('scripts that package.json has', () => {
    const named = PAGES.flatMap((page) => all(/npm run (?:-s )?([a-z][a-z:-]*)/g, read(page)));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
