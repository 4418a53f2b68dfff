import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
/** What is not ours or not committed. */
const NOT_READ = new Set(['node_modules', 'dist', 'generated']);

const pagesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return entry.name.startsWith('.') || NOT_READ.has(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });

const withoutBlocks = (page: string): string => page.replaceAll(/^ *(```+)[^]*?^ *\1 *$/gm, '');

/** Of links, images and definitions, as Markdown and HTML write them; code is none. */
const targetsIn = (page: string): string[] => {
  const prose = withoutBlocks(page).replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, 'code');
  const found = prose.matchAll(
    /\]\(<?([^)\s>]+)[^)]*\)|^\[[^\]]+\]: +(\S+)|(?:href|src(?:set)?)="([^" ]+)"/gm,
  );
  return [...found].map(([, inline, defined, html]) => inline ?? defined ?? html ?? '');
};

/** Ids of headings, as GitHub makes them. */
const anchorsIn = (page: string): Set<string> => {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const text = heading.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let name = slug;
    for (let n = 1; anchors.has(name); n += 1) name = `${slug}-${String(n)}`;
    anchors.add(name);
  }
  return anchors;
};

/** Null: it leads somewhere, or out of the repository. */
const faultOf = (page: string, target: string): string | null => {
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', anchor = ''] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) return 'no such file';
  if (anchor === '' || !file.endsWith('.md')) return null;
  return anchorsIn(readFileSync(file, 'utf8')).has(anchor) ? null : 'no such heading';
};

describe('links of a page', () => {
  const page = [
    '# `a` & [b](x.md), done',
    '## Twice',
    '## Twice',
    '[one](one.md#two) ![two](<2.png>) `[no](code.md)` <img src="three.svg" alt=""> [here](#twice-1)',
    '```md\n[no](block.md)\n# no\n```',
    '[four]: four.md',
  ].join('\n\n');

  it('are found wherever Markdown has them, and not in code', () => {
    expect(targetsIn(page)).toEqual(['x.md', 'one.md#two', '2.png', 'three.svg', '#twice-1', 'four.md']);
  });

  it('may lead to headings by the names that GitHub gives them', () => {
    expect([...anchorsIn(page)]).toEqual(['a--b-done', 'twice', 'twice-1']);
  });

  it('are faults when they lead nowhere', () => {
    const readme = join(ROOT, 'README.md');
    expect(faultOf(readme, 'docs/none.md')).toBe('no such file');
    expect(faultOf(readme, 'CONTRIBUTING.md#none')).toBe('no such heading');
    expect([faultOf(readme, 'CONTRIBUTING.md#style'), faultOf(readme, 'https://example.com')]).toEqual([
      null,
      null,
    ]);
  });
});

describe('every page of the repository', () => {
  const pages = pagesIn(ROOT);

  it('links only to files and headings that are there', () => {
    expect(pages.length).toBeGreaterThan(100);
    const faults = pages.flatMap((page) =>
      targetsIn(readFileSync(page, 'utf8')).flatMap((target) => {
        const fault = faultOf(page, target);
        return fault === null ? [] : [`${relative(ROOT, page)}: ${target}: ${fault}`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

describe('the index of the documentation', () => {
  const docs = join(ROOT, 'docs');

  it('leads to every page, and to decisions and errors by their folders', () => {
    const listed = new Set(
      targetsIn(readFileSync(join(docs, 'README.md'), 'utf8')).map((target) => join(docs, target, '.')),
    );
    const missing = pagesIn(docs).filter((page) => !listed.has(page) && !listed.has(dirname(page)));
    expect(missing.map((page) => relative(docs, page))).toEqual(['README.md']);
  });
});
