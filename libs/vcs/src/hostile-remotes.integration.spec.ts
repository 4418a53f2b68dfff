import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { GitSourcesOptions } from './git-sources.ts';
import { startStandInProxy } from './testing/stand-in-proxy.ts';
import { never, TOKEN, Workbench } from './testing/workbench.ts';

let bench: Workbench;
const servers: Server[] = [];
beforeAll(async () => {
  bench = await Workbench.open({ auth: { token: TOKEN } });
  bench.origin('private').write({ f: '1' }).commit();
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => bench.close());

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

/** Code and message of a checkout from a server of the test's own. */
const checkout = async (
  url: string,
  {
    token = null,
    ref = null,
    ...options
  }: { token?: string | null; ref?: string | null } & Partial<GitSourcesOptions> = {},
): Promise<{ code: string; message: string; cause: string }> => {
  const host = URL.canParse(url) ? new URL(url).host : 'none';
  const proxy = await startStandInProxy(new Set([host]));
  try {
    const sources = bench.sources({
      allowedPrivateHosts: new Set([host]),
      guardProxyUrl: proxy.url,
      ...options,
    });
    await sources.checkoutGit(bench.request('x', { url, token, ref }), never());
    return { code: 'done', message: '', cause: '' };
  } catch (error) {
    const { code, message, cause } = error as { code: string; message: string; cause?: unknown };
    return { code, message, cause: String(cause) };
  } finally {
    await proxy.close();
  }
};

describe('credentials', () => {
  it('are needed and accepted as a header of one process', async () => {
    const url = `${bench.server.url}/private`;
    expect((await checkout(url)).code).toBe('source_auth_failed');
    expect((await checkout(url, { token: 'wrong' })).code).toBe('source_auth_failed');
    expect((await checkout(url, { token: TOKEN })).code).toBe('done');
  });

  it('are asked for again although the mirror has the commit', async () => {
    const url = `${bench.server.url}/private`;
    expect((await checkout(url, { token: TOKEN })).code).toBe('done');
    expect((await checkout(url, { token: 'revoked' })).code).toBe('source_auth_failed');
  });

  it('never reach argv, a file or an error', async () => {
    const seen = join(bench.temp, 'argv');
    const spy = join(bench.temp, 'spy-git');
    writeFileSync(spy, `#!/bin/sh\nprintf '%s\\n' "$@" >> ${seen}\nexec git "$@"\n`, { mode: 0o755 });
    const mirrors = join(bench.temp, 'mirrors-spied');
    expect(
      (
        await checkout(`${bench.server.url}/private`, {
          token: TOKEN,
          gitPath: spy,
          mirrorsDirectory: mirrors,
        })
      ).code,
    ).toBe('done');
    const basic = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
    expect(readFileSync(seen, 'utf8')).toContain('ls-remote');
    for (const secret of [TOKEN, basic, 's3cret']) {
      expect(readFileSync(seen, 'utf8')).not.toContain(secret);
      expect(() => execFileSync('grep', ['-rqF', secret, mirrors, join(bench.temp, 'attempts')])).toThrow();
    }
    const echo = await serve((request, response) => {
      response.writeHead(500, request.headers.authorization).end(request.headers.authorization);
    });
    const fault = await checkout(echo, { token: TOKEN });
    expect(JSON.stringify(fault)).not.toContain(basic);
  });

  it('go to no second host, not even one that the first names (G11, G12)', async () => {
    let visits = 0;
    const second = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    const redirecting = await serve((request, response) => {
      response.writeHead(302, { location: `${second}${request.url ?? ''}` }).end();
    });
    expect((await checkout(redirecting, { token: TOKEN })).code).toBe('source_redirected');
    const dumb = await serve((request, response) => {
      const path = new URL(request.url ?? '', 'http://x').pathname;
      if (path === '/info/refs') response.end(`${'a'.repeat(40)}\trefs/heads/main\n`);
      else if (path === '/HEAD') response.end('ref: refs/heads/main\n');
      else if (path === '/objects/info/http-alternates') response.end(`${second}/objects\n`);
      else response.writeHead(404).end();
    });
    expect((await checkout(dumb, { token: TOKEN })).code).toMatch(/^source_/);
    expect(visits).toBe(0);
  });
});

describe('URLs and refs', () => {
  it.each([
    ['file:///etc', 'source_url_scheme'],
    ['/etc', 'source_url_scheme'],
    [`ext::sh -c touch% /tmp/dd-pwned`, 'source_url_invalid'],
    ['--upload-pack=touch /tmp/dd-pwned', 'source_url_invalid'],
    ['ssh://-oProxyCommand=touch', 'source_url_scheme'],
    ['git://h.example/r', 'source_url_scheme'],
    ['https://u:p@h.example/r', 'credentials_in_url'],
    ['https://localhost/r', 'host_not_allowed'],
    ['http://h.example/r', 'source_url_scheme'],
  ])('%j is refused before git runs (G01–G09)', async (url, code) => {
    const sources = bench.sources({ gitPath: '/bin/false', allowedPrivateHosts: new Set() });
    await expect(sources.checkoutGit(bench.request('x', { url }), never())).rejects.toMatchObject({ code });
    expect(existsSync('/tmp/dd-pwned')).toBe(false);
  });

  it.each(['--upload-pack=touch /tmp/dd-pwned', '-x', 'a..b', '@{u}', 'a\nb', ''])(
    'ref %j (G05)',
    async (ref) => {
      const url = `${bench.server.url}/private`;
      expect((await checkout(url, { token: TOKEN, ref })).code).toBe('source_ref_not_found');
      expect(existsSync('/tmp/dd-pwned')).toBe(false);
    },
  );

  it('a host that the guard proxy refuses is host_not_allowed (G09, G10)', async () => {
    const url = 'https://private.example.com/r';
    const { code, message } = await checkout(url, {
      guardProxyUrl: bench.proxy.url,
      allowedPrivateHosts: new Set(),
    });
    expect(code).toBe('host_not_allowed');
    expect(message).toContain('DRYDOCK_ALLOW_PRIVATE_HOSTS');
    expect(bench.proxy.targets).toContain('private.example.com:443');
  });
});

describe('servers', () => {
  it('answering 404, 403 or 500, or nobody at all', async () => {
    const answering = (status: number): Promise<string> =>
      serve((_request, response) => response.writeHead(status).end());
    expect((await checkout(await answering(404))).code).toBe('source_not_found');
    expect((await checkout(await answering(403))).code).toBe('source_auth_failed');
    expect((await checkout(await answering(500))).code).toBe('source_unreachable');
    expect((await checkout('http://127.0.0.1:9/r')).code).toBe('source_unreachable');
  });

  it('that say nothing are given up by speed, those that drip by the clock (G14)', async () => {
    const silent = await serve(() => undefined);
    expect((await checkout(silent, { limits: { lowSpeedSeconds: 1 } })).code).toBe('source_unreachable');
    const drip = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(200)), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    expect((await checkout(drip, { limits: { remoteTimeoutMs: 1500 } })).code).toBe('source_unreachable');
  });

  it('that never end their refs are cut off, and so is their git process (G15)', async () => {
    const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
    const endless = await serve((_request, response) => {
      response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
      response.write(`${packet('# service=git-upload-pack\n')}0000`);
      let n = 0;
      const more = (): void => {
        const lines = Array.from({ length: 1000 }, () =>
          packet(`${'a'.repeat(40)} refs/heads/${'x'.repeat(900)}${String(n++)}${n === 1 ? '\0' : ''}\n`),
        );
        if (!response.destroyed) response.write(lines.join(''), () => setImmediate(more));
      };
      more();
    });
    const limits = { maxMemoryBytes: 256 * 1024 ** 2, remoteTimeoutMs: 20_000 };
    expect((await checkout(endless, { limits })).code).toMatch(
      /^(source_unreachable|repo_too_large|source_invalid)$/,
    );
  });

  it('with an empty repository are told so', async () => {
    bench.origin('empty');
    for (const ref of [null, 'main'])
      expect((await checkout(`${bench.server.url}/empty`, { token: TOKEN, ref })).code).toBe('source_empty');
    expect((await checkout(`${bench.server.url}/nothing`, { token: TOKEN })).code).toBe('source_not_found');
  });

  it('with a pack over the limit leave no half-made mirror (G16)', async () => {
    bench
      .origin('large')
      .write({ f: randomBytes(300_000) })
      .commit();
    const mirrorsDirectory = join(bench.temp, 'mirrors-large');
    mkdirSync(mirrorsDirectory);
    const result = await checkout(`${bench.server.url}/large`, {
      token: TOKEN,
      mirrorsDirectory,
      limits: { maxPackBytes: 50_000 },
    });
    expect(result).toMatchObject({ code: 'repo_too_large' });
    const [mirror = ''] = readdirSync(mirrorsDirectory);
    expect(readdirSync(join(mirrorsDirectory, mirror))).toEqual([]);
  });
});
