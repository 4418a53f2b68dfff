import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GithubForge } from './github-forge.ts';
import { anySignal, NOTHING_OWN, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

let world: ShopAtGithub;
beforeEach(async () => {
  world = await shopAtGithub();
});
afterEach(() => world.github.close());

describe('who we are at GitHub', () => {
  it("is the App's account, or the token's owner, or nobody", async () => {
    expect(await world.app().self()).toBe('drydock[bot]');
    expect(await world.tokenForge().self()).toBe('grace');
    expect(await new GithubForge({ apiUrl: world.github.url, identity: null }).self()).toBeNull();
  });

  it('is not known while the credential is refused', async () => {
    world.github.state.tokens.delete(world.writer);
    await expect(world.tokenForge().self()).rejects.toMatchObject({ code: 'forge_auth_failed' });
  });
});

describe('whom commits are by', () => {
  const authorOf = async (forge: GithubForge, own: string | null = null) => {
    const token = await forge.token(SHOP, 'deliver', { ...NOTHING_OWN, own });
    return forge.open(SHOP, token ?? '', anySignal).author();
  };
  const of = (login: string) => ({
    name: login,
    email: `${String(world.github.state.user(login).id)}+${login}@users.noreply.127.0.0.1`,
  });

  it("is the App's bot, the owner of the token, and before both the owner of the task's token", async () => {
    expect(await authorOf(world.app())).toEqual(of('drydock[bot]'));
    expect(await authorOf(world.tokenForge())).toEqual(of('grace'));
    const own = world.github.state.personalToken('ada');
    world.shop.collaborators.set('ada', 'write');
    expect(await authorOf(world.app(), own)).toEqual(of('ada'));
  });

  it('is asked for once, and known before it is needed', async () => {
    const app = world.app();
    await app.prepare();
    const asked = world.github.apiCalls.length;
    expect(await authorOf(app)).toEqual(of('drydock[bot]'));
    expect(world.github.apiCalls.slice(asked)).not.toContain('GET /users/{username}');
  });

  it('is asked for again when GitHub was away at first', async () => {
    world.github.fail('GET /app', { kind: 'status', status: 503 }, 9);
    const app = world.app();
    await app.prepare();
    world.github.heal();
    expect(await authorOf(app)).toEqual(of('drydock[bot]'));
  });

  it('is nobody for the token of an automation, and not known while GitHub asks for patience', async () => {
    world.github.fail('GET /user', {
      kind: 'status',
      status: 403,
      message: 'Resource not accessible by integration',
    });
    expect(await authorOf(world.tokenForge())).toBeNull();
    world.github.fail('GET /user', { kind: 'secondary_limit', retryAfterSeconds: 90 });
    await expect(authorOf(world.tokenForge())).rejects.toMatchObject({ code: 'forge_rate_limited' });
  });
});
