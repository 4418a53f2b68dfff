import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest } from '../testing/api-under-test.ts';

const PAGE = '<!doctype html><title>Drydock</title>';
let api: ApiUnderTest;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dd-web-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), PAGE);
  writeFileSync(join(directory, 'assets', 'index-Ab_c-1.js'), 'export {};');
  writeFileSync(join(directory, 'assets', 'index-Ab_c-1.js.gz'), gzipSync('export {};'));
  api = await ApiUnderTest.start({}, { webDirectory: directory });
});
afterEach(async () => {
  await api.stop();
  rmSync(directory, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  api.call('GET', url, { key: null, headers });

describe('the pages', () => {
  it.each(['/', '/tasks', '/tasks/task_0123', '/tasks/task_0123/diff', '/new', '/fleet', '/?status=failed'])(
    'are at %s for everybody, without a key',
    async (url) => {
      const answer = await get(url, { accept: 'text/html,*/*' });
      expect([answer.statusCode, answer.body]).toEqual([200, PAGE]);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  it('forbid inline scripts and styles, markup from text, other origins and frames', async () => {
    const { headers } = await get('/');
    const policy = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map((part) => [part.slice(0, part.indexOf(' ')), part.slice(part.indexOf(' ') + 1)]),
    );
    for (const name of ['default-src', 'script-src', 'style-src', 'connect-src', 'img-src', 'font-src'])
      expect([name, policy.get(name)]).toEqual([name, "'self'"]);
    for (const name of ['object-src', 'base-uri', 'form-action', 'frame-ancestors'])
      expect([name, policy.get(name)]).toEqual([name, "'none'"]);
    expect(policy.get('require-trusted-types-for')).toBe("'script'");
    expect(String(headers['content-security-policy'])).not.toMatch(/unsafe|\*|data:|blob:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('are asked for again with what is known', async () => {
    const { etag } = (await get('/')).headers;
    const again = await get('/', { 'if-none-match': String(etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('leave the way to the API to programs', async () => {
    const answer = await get('/', { accept: 'application/json' });
    expect(answer.json()).toMatchObject({ name: 'drydock', tasks: '/v1/tasks', openapi: '/openapi.json' });
  });
});

describe('their files', () => {
  it('are kept for ever, and come packed for those who say so', async () => {
    const plain = await get('/assets/index-Ab_c-1.js');
    expect([plain.statusCode, plain.body]).toEqual([200, 'export {};']);
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const packed = await get('/assets/index-Ab_c-1.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept, accept-encoding' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe('export {};');
    const refused = await get('/assets/index-Ab_c-1.js', { 'accept-encoding': 'gzip;q=0' });
    expect(refused.headers['content-encoding']).toBeUndefined();
  });

  it.each([
    '/assets/none.js',
    '/assets/..%2Findex.html',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/index-Ab_c-1.js%00.css',
    '/assets/.env',
    '/assets/index-Ab_c-1.js.gz',
    '/tasks/a/b/c',
  ])('are no others than those of the build: %s', async (url) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});

it('without a build, the root shows the way to the API and the pages are not there', async () => {
  rmSync(join(directory, 'index.html'));
  expect((await get('/', { accept: 'text/html' })).json()).toMatchObject({ name: 'drydock' });
  expect((await get('/fleet')).statusCode).toBe(404);
});
