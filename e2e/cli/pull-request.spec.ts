import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openShop, type Shop } from '../github/shop.ts';
import { git } from '../system/repositories.ts';
import { Person } from './run-command.ts';

let shop: Shop;
let person: Person;

beforeAll(async () => {
  shop = await openShop('none');
});
afterAll(() => shop.close());
beforeEach(async () => {
  person = await Person.of(shop.system);
});
afterEach(() => person.leave());

const CHANGE = ['--', 'bash', '-c', 'echo new > new.txt'];

describe('drydock run --pr', () => {
  it('ends with the pull request of a repository by URL, and with 1 when there is none', async () => {
    const env = { DRYDOCK_GIT_TOKEN: shop.token };
    const made = await person.run(['run', 'Add a file', '--git', shop.url, '--pr', ...CHANGE], { env });
    expect({ code: made.code, stderr: made.stderr }).toMatchObject({ code: 0 });
    expect(made.stderr).toContain(`pull request: ${shop.github.url}/acme/shop/pull/`);
    expect(made.stderr).not.toContain(shop.token);
    const refused = await person.run(['run', 'x', '--git', shop.url, '--pr', ...CHANGE]);
    expect(refused.code).not.toBe(0);
  });

  it('takes the pushed commit of a checkout, and says what keeps it from being one', async () => {
    const folder = await person.folder('checkout');
    const withToken = new URL(shop.url);
    withToken.username = 'x-access-token';
    withToken.password = shop.token;
    await git(folder, 'clone', '-q', withToken.href, '.');
    const run = (): ReturnType<Person['run']> =>
      person.run(['run', 'Add a file', '--pr', '--json', ...CHANGE], {
        cwd: folder,
        env: { DRYDOCK_GIT_TOKEN: shop.token },
      });
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      base: { commit: await git(folder, 'rev-parse', 'HEAD') },
      deliveries: [{ state: 'succeeded' }],
    });
    expect(await git(folder, 'status', '--porcelain')).toBe('');
    await git(folder, 'commit', '-q', '--allow-empty', '-m', 'local');
    const unpushed = await run();
    expect(unpushed.code).toBe(2);
    expect(unpushed.stderr).toContain('--pr: the last commit is not pushed.');
  });
});
