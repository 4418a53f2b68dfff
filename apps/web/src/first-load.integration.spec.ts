import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The pages as they were built: `npm run build` comes before the tests. */
const BUILT = join(import.meta.dirname, '../../../dist/web');
const MAX_BYTES = 150_000;

const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
const assets = readdirSync(join(BUILT, 'assets'));
const packed = (name: string): number => gzipSync(readFileSync(join(BUILT, name))).length;

/** All that a first visit loads: the page, what it names, and the two typefaces of Latin letters. */
const firstLoad = (): string[] => {
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, name]) => name ?? '');
  const fonts = assets.filter((name) => /latin-(wght|400)-normal-[^.]+\.woff2$/.test(name));
  return ['index.html', ...named, ...fonts.map((name) => `assets/${name}`)];
};

describe('the first load of the pages', () => {
  it('is no more than 150 KB, packed, typefaces included', () => {
    const files = firstLoad();
    expect(files.length).toBeGreaterThanOrEqual(6);
    expect(files.reduce((sum, name) => sum + packed(name), 0)).toBeLessThan(MAX_BYTES);
  });

  it('leaves the grammars of programming languages for later', () => {
    const grammars = assets.find((name) => /^grammars-.*\.js$/.test(name));
    expect(grammars).toBeDefined();
    expect(page).not.toContain(grammars);
  });

  it('holds nothing inline and nothing from elsewhere', () => {
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son\w+=|https?:\/\//);
    for (const name of assets.filter((each) => each.endsWith('.css')))
      expect(readFileSync(join(BUILT, 'assets', name), 'utf8')).not.toMatch(/url\((?!\/assets\/)|@import/);
  });
});
