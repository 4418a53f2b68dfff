import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const DOCS = join(ROOT, 'docs');

const pagesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => relative(ROOT, join(folder, name)));

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pagesBelow(DOCS)];

interface Link {
  readonly path: string;
  readonly heading: string | null;
}

/** Links of a page to other files, from the root of the repository, and to headings of its own. */
const linksIn = (page: string): Link[] => {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', heading = null] = target.split('#');
      return { path: path === '' ? page : join(dirname(page), path), heading };
    });
};

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

const isThere = ({ path, heading }: Link): boolean =>
  existsSync(join(ROOT, path)) && (heading === null || anchorsOf(path).includes(heading));

describe('the documentation', () => {
  it.each(PAGES)('%s links to files and headings that are there', (page) => {
    expect(linksIn(page).filter((link) => !isThere(link))).toEqual([]);
  });

  it('has an index that leads to every page, and to the pages of decisions and errors by their folder', () => {
    const listed = new Set(linksIn('docs/README.md').map(({ path }) => path.replace(/\/$/, '')));
    const missing = pagesBelow(DOCS).filter((page) => !listed.has(page) && !listed.has(dirname(page)));
    expect(missing).toEqual(['docs/README.md']);
  });
});
