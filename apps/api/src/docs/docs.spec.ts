import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS } from '@drydock/domain';
import { ApiUnderTest } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.stop());

const get = (url: string, headers: Record<string, string> = {}) =>
  api.call('GET', url, { key: null, headers });

const policyOf = (headers: Record<string, unknown>): string => String(headers['content-security-policy']);

describe('/docs', () => {
  it('shows the document by scripts and styles of our own origin only', async () => {
    const page = await get('/docs');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(policyOf(page.headers)).toMatch(/script-src 'self';.*style-src 'self';.*connect-src 'self'/);
    expect(policyOf(page.headers)).not.toMatch(/unsafe|\*|https?:/);
    expect(page.body).not.toMatch(/<script>|<style|style=|https?:\/\//);
    const linked = [...page.body.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, url = '']) => url);
    expect(linked.length).toBe(4);
    for (const url of linked) {
      const file = await get(url);
      expect([url, file.statusCode, file.rawPayload.length > 100]).toEqual([url, 200, true]);
      expect(policyOf(file.headers)).toBe(policyOf(page.headers));
    }
  });

  it('sends its files packed, and once', async () => {
    const packed = await get('/docs/swagger-ui-bundle.js', { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(600_000);
    expect(gunzipSync(packed.rawPayload).toString()).toContain('SwaggerUIBundle');
    const again = await get('/docs/swagger-ui-bundle.js', { 'if-none-match': String(packed.headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each(['/docs/package.json', '/docs/..%2Fpackage.json', '/docs/constructor', '/docs/index.html'])(
    'has no other file: %s',
    async (url) => {
      expect((await get(url)).statusCode).toBe(404);
    },
  );
});

describe('/errors', () => {
  it('has a page for every code, as HTML for people and as Markdown for programs', async () => {
    const index = await get('/errors', { accept: 'text/html,*/*' });
    for (const group of ['A request was refused', 'A task failed', 'A delivery failed or is held'])
      expect(index.body).toMatch(new RegExp(`<h2>${group}</h2>\\n<p>.*</p>\\n<ul><li>`));
    for (const code of Object.keys(ERRORS)) {
      expect(index.body).toContain(`<a href="/errors/${code}">${code}</a>`);
      const page = await get(`/errors/${code}`, { accept: 'text/html,*/*' });
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.body).toContain(`<h1><code>${code}</code></h1>`);
      expect(page.body).toContain('<h2>What to do</h2>');
    }
    const markdown = await get('/errors/queue_full', { accept: 'text/markdown' });
    expect(markdown.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(markdown.body).toMatch(/^# `queue_full`\n/);
  });

  it('runs nothing and loads nothing from elsewhere', async () => {
    const page = await get('/errors/queue_full');
    expect(policyOf(page.headers)).toContain("default-src 'self'");
    expect(page.body).not.toMatch(/<script|<style|style=/);
    expect((await get('/errors/style.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  });
});
