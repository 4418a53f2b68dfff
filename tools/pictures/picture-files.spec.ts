import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MOST_BYTES, PICTURES, ROOT } from './picture-files.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const SHOWN = [...readme.matchAll(/docs\/pictures\/([\w.-]+)/g)].map(([, name = '']) => name);
const there = readdirSync(PICTURES).sort();
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

describe('the pictures of README.md', () => {
  it('are all there, and no other; `npm run pictures` makes them', () => {
    expect([...new Set(SHOWN)].sort()).toEqual(there);
    expect(there).toEqual(['run.svg', 'task-dark.png', 'task-light.png']);
  });

  it.each(there)('%s is what it says it is, and small', (name) => {
    const bytes = readFileSync(join(PICTURES, name));
    expect(bytes.length).toBeLessThanOrEqual(MOST_BYTES[extname(name)] ?? 0);
    if (name.endsWith('.png')) expect(bytes.subarray(0, 8)).toEqual(PNG);
    else expect(bytes.toString()).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^]*<\/svg>\n$/);
  });

  it('move without a script and load nothing: GitHub shows no others', () => {
    const svg = readFileSync(join(PICTURES, 'run.svg'), 'utf8').replace(/xmlns="[^"]+"/, '');
    expect(svg).not.toMatch(/<script|<foreignObject|<image|@import|url\(|https?:|\son\w+=/i);
    expect(svg).toContain('@keyframes');
  });

  it('say that the model is a scripted one', () => {
    const svg = readFileSync(join(PICTURES, 'run.svg'), 'utf8');
    expect(/<title>(.*)<\/title>/.exec(svg)?.[1]).toContain('scripted model');
  });
});
