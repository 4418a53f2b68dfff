import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GithubForge } from './github-forge.ts';
import { shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

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
