import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPackageRegistry, type PackageRegistry } from './system/package-registry.ts';
import { startSystem, type System } from './system/start-system.ts';
import { bashTask, publishScript } from './system/tasks.ts';

let registry: PackageRegistry;
let system: System;
let url: string;

beforeAll(async () => {
  registry = await startPackageRegistry();
  system = await startSystem({ allowPrivateHosts: [registry.host] });
  const files = `printf '%s' '${registry.packageJson}' > package.json; printf '%s' '${registry.packageLock}' > package-lock.json; printf 'node_modules/\\n' > .gitignore; printf "console.log(require('harbour'))" > index.js`;
  url = await publishScript(system, 'ship', files);
});

afterAll(async () => {
  await system.stop();
  await registry.close();
});

const allow = (...hosts: string[]) => ({ mode: 'allowlist', allow: hosts });
const noticesOf = async (id: string): Promise<string[]> =>
  (await system.client.events(id))
    .filter((event) => event['type'] === 'notice')
    .map((event) => String(event['message']));

describe('egress through the allowlist', () => {
  it('lets npm ci of the setup reach its registry, again for the verification, and the agent reach nothing', async () => {
    const task = bashTask(
      url,
      `test "$(node index.js)" = ahoy
      for via in "" http://127.0.0.1:4001; do
        if curl -sf --max-time 3 --proxy "$via" ${registry.packageUrl}; then exit 1; fi
      done
      echo "// found" >> index.js`,
      {
        setup: ['npm ci'],
        verify: ['test "$(node index.js)" = ahoy'],
        network: { setup: allow(registry.host) },
      },
    );
    const done = await system.client.wait((await system.client.submit(task)).id);
    expect({ error: done.error, outcome: done.outcome }).toEqual({ error: null, outcome: 'changed' });
    expect(registry.requests.filter((path) => path.endsWith('.tgz'))).toHaveLength(2);
    expect((await system.client.diff(done.id)).toString()).not.toContain('node_modules');
  });

  it('refuses a host that is not on the list, and says what to allow', async () => {
    const script =
      'code=$(curl -s -o /dev/null -w "%{http_code}" http://example.com/ || true); test "$code" = 403; ! curl -sf https://example.org/';
    const task = bashTask(url, script, { network: { agent: allow(registry.host) } });
    const done = await system.client.wait((await system.client.submit(task)).id);
    expect({ error: done.error, outcome: done.outcome }).toEqual({ error: null, outcome: 'no_changes' });
    const notices = (await noticesOf(done.id)).join('\n');
    expect(notices).toContain('example.com');
    expect(notices).toContain('network.agent.allow');
  });

  it('refuses private addresses and IP literals, though they are on the list', async () => {
    const script =
      'for target in 127.0.0.1:1 169.254.169.254 10.0.0.1; do test "$(curl -s -o /dev/null -w "%{http_code}" --noproxy "" -x http://127.0.0.1:4001 http://$target/ || true)" = 403; done';
    const task = bashTask(url, script, {
      network: { agent: allow('127.0.0.1:1', '169.254.169.254', '10.0.0.1') },
    });
    const done = await system.client.wait((await system.client.submit(task)).id);
    expect({ error: done.error, outcome: done.outcome }).toEqual({ error: null, outcome: 'no_changes' });
  });
});
