import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { eventually } from '@drydock/testing';
import { GithubForge } from './github-forge.ts';
import { PERMISSIONS } from './grants.ts';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const MINT = 'POST /app/installations/{installation_id}/access_tokens';

let world: ShopAtGithub;
beforeEach(async () => {
  world = await shopAtGithub();
});
afterEach(() => world.github.close());

const minted = () => world.github.state.minted;

describe('a token of the App', () => {
  it('is for one repository, and for one purpose', async () => {
    await world.github.state.addRepository('acme/other');
    const forge = world.app();
    for (const purpose of ['read', 'deliver', 'deliver_workflows', 'converse'] as const)
      await forge.token(SHOP, purpose, NOTHING_OWN);
    await forge.token({ owner: 'acme', name: 'other' }, 'read', NOTHING_OWN);
    expect(minted().map(({ repositories, permissions }) => ({ repositories, permissions }))).toEqual([
      { repositories: ['acme/shop'], permissions: PERMISSIONS.read },
      { repositories: ['acme/shop'], permissions: PERMISSIONS.deliver },
      { repositories: ['acme/shop'], permissions: PERMISSIONS.deliver_workflows },
      { repositories: ['acme/shop'], permissions: PERMISSIONS.converse },
      { repositories: ['acme/other'], permissions: PERMISSIONS.read },
    ]);
  });

  it('is minted although our clock is ahead', async () => {
    world.github.state.secondsBehind = 45;
    const forge = world.app();
    const token = (await forge.token(SHOP, 'converse', NOTHING_OWN)) ?? '';
    expect(await forge.converse(SHOP, token, anySignal).self()).toBe('drydock[bot]');
    expect(minted()).toHaveLength(1);
    // Once refused, once by GitHub's clock
    expect(world.github.apiCalls.filter((one) => one === 'GET /app')).toHaveLength(2);
  });

  it('is kept, also for those that ask at once', async () => {
    const forge = world.app();
    const tokens = await Promise.all(
      Array.from({ length: 5 }, () => forge.token(SHOP, 'deliver', NOTHING_OWN)),
    );
    tokens.push(await forge.token(SHOP, 'deliver', NOTHING_OWN));
    expect(new Set(tokens).size).toBe(1);
    expect(minted()).toHaveLength(1);
  });

  it('is minted anew when its end is near', async () => {
    world.github.state.tokenLifeSeconds = 9 * 60;
    const forge = world.app();
    const first = await forge.token(SHOP, 'deliver', NOTHING_OWN);
    world.github.state.tokenLifeSeconds = 3600;
    const second = await forge.token(SHOP, 'deliver', NOTHING_OWN);
    expect(second).not.toBe(first);
    expect(await forge.token(SHOP, 'deliver', NOTHING_OWN)).toBe(second);
  });

  it('is minted anew after GitHub refused it', async () => {
    const forge = world.app();
    const first = (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '';
    world.github.state.tokens.delete(first);
    await expect(forge.open(SHOP, first, anySignal).branchTip('main')).rejects.toMatchObject({
      code: 'forge_auth_failed',
    });
    const second = (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '';
    expect(second).not.toBe(first);
    expect(await forge.open(SHOP, second, anySignal).facts()).toMatchObject({ mayPush: true });
  });

  it('is borne with as long as GitHub does not know it everywhere yet, and no longer', async () => {
    const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
    const refusal = { kind: 'status', status: 401, message: 'Bad credentials' } as const;
    await world.commit('main');
    const forge = world.app();
    const token = (await forge.token(SHOP, 'deliver', NOTHING_OWN)) ?? '';
    world.github.fail(route, refusal, 2);
    expect(await forge.open(SHOP, token, anySignal).branchTip('main')).toMatch(/^[0-9a-f]{40}$/);
    expect(await forge.token(SHOP, 'deliver', NOTHING_OWN)).toBe(token);
    world.github.fail(route, refusal, 3);
    const refused = forge.open(SHOP, token, anySignal).branchTip('main');
    await expect(refused).rejects.toMatchObject({ code: 'forge_auth_failed' });
    const own = world.github.state.personalToken('grace');
    world.github.fail(route, refusal);
    await expect(forge.open(SHOP, own, anySignal).branchTip('main')).rejects.toMatchObject({
      code: 'forge_auth_failed',
    });
  });

  it('is found again when the App was installed anew', async () => {
    const { state } = world.github;
    const forge = world.app();
    await forge.token(SHOP, 'read', NOTHING_OWN);
    const [installation] = state.installations.splice(0);
    state.install('acme', installation?.permissions ?? {});
    expect(await forge.token(SHOP, 'deliver', NOTHING_OWN)).toMatch(/^ghs_/);
  });

  it('is given up with the signal of whoever asks, and comes to those who go on waiting', async () => {
    const held = Promise.withResolvers<undefined>();
    world.github.fail(MINT, { kind: 'hold', until: held.promise });
    const forge = world.app();
    const controller = new AbortController();
    const given = forge.token(SHOP, 'deliver', { own: null, signal: controller.signal });
    const failed = expect(given).rejects.toThrow('lease lost');
    const waiting = forge.token(SHOP, 'deliver', NOTHING_OWN);
    await eventually(() => world.github.apiCalls.includes(MINT));
    controller.abort(new Error('lease lost'));
    await failed;
    held.resolve(undefined);
    expect(await waiting).toMatch(/^ghs_/);
    expect(minted()).toHaveLength(1);
  });

  it('is not asked for once the signal has fired', async () => {
    const signal = AbortSignal.abort(new Error('lease lost'));
    await expect(world.app().token(SHOP, 'deliver', { own: null, signal })).rejects.toThrow('lease lost');
    expect(world.github.requests).toEqual([]);
  });

  it("gives way to the task's own, which no request is needed for", async () => {
    expect(await world.app().token(SHOP, 'deliver', { ...NOTHING_OWN, own: 'own' })).toBe('own');
    expect(world.github.requests).toEqual([]);
  });
});

describe('an App that cannot have a token says what to change', () => {
  it.each<[string, () => void, string, RegExp]>([
    [
      'is not installed',
      () => world.github.state.installations.splice(0),
      'forge_repository_not_found',
      /not installed for acme\/shop/,
    ],
    [
      'was not granted enough',
      () => {
        for (const one of world.github.state.installations) one.permissions = { contents: 'read' };
      },
      'forge_permission_missing',
      /Accept its new permissions/,
    ],
    [
      'is suspended',
      () => {
        for (const one of world.github.state.installations) one.isSuspended = true;
      },
      'forge_permission_missing',
      /suspended/,
    ],
  ])('because it %s', async (_what, change, code, words) => {
    change();
    const asked = world.app().token(SHOP, 'deliver', NOTHING_OWN);
    await expect(asked).rejects.toMatchObject({ code, detail: expect.stringMatching(words) });
  });

  it('because its key is another', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const { url, state } = world.github;
    const forge = new GithubForge({
      apiUrl: url,
      identity: { kind: 'app', appId: state.app.id, privateKey },
    });
    await expect(forge.token(SHOP, 'read', NOTHING_OWN)).rejects.toMatchObject({
      code: 'forge_auth_failed',
      detail: expect.stringContaining('GITHUB_APP_PRIVATE_KEY'),
    });
  });
});
