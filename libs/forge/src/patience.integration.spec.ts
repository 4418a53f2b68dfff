import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import type { ForgeSession } from '@drydock/engine';
import { anySignal, SHOP, shopAtGithub, type ShopAtGithub } from './testing/shop-at-github.ts';

const REPOSITORY = 'GET /repos/{owner}/{repo}';
const PULLS = 'POST /repos/{owner}/{repo}/pulls';
const ORDER = {
  head: 'drydock/x',
  base: 'main',
  title: 't',
  body: 'b',
  draft: false,
  maintainerCanModify: false,
};

let world: ShopAtGithub;
let session: ForgeSession;
beforeEach(async () => {
  world = await shopAtGithub();
  session = world.tokenForge().open(SHOP, world.writer, anySignal);
});
afterEach(() => world.github.close());

const calls = (route: string): number => world.github.apiCalls.filter((one) => one === route).length;

describe('an outage', () => {
  it.each([
    ['a fault of GitHub', { kind: 'status', status: 502 } as const],
    ['a cut connection', { kind: 'cut', when: 'before' } as const],
    ['a lost answer', { kind: 'cut', when: 'after' } as const],
  ])('is outlasted when it is short: %s', async (_what, fault) => {
    world.github.fail(REPOSITORY, fault, 2);
    expect(await session.facts()).toMatchObject({ fullName: 'acme/shop' });
    expect(calls(REPOSITORY)).toBe(3);
  });

  it('ends the try when it lasts, and says when to come back', async () => {
    world.github.fail(REPOSITORY, { kind: 'status', status: 503 }, 9);
    await expect(session.facts()).rejects.toMatchObject({ code: 'forge_unreachable', retryAfterSeconds: 30 });
    expect(calls(REPOSITORY)).toBe(3);
  });

  it('never has a pull request asked for twice', async () => {
    await world.commit(ORDER.head);
    world.github.fail(PULLS, { kind: 'status', status: 502 });
    await expect(session.openPullRequest(ORDER)).rejects.toMatchObject({ code: 'forge_unreachable' });
    expect(calls(PULLS)).toBe(1);
    world.github.fail(PULLS, { kind: 'cut', when: 'after' });
    expect(await session.openPullRequest(ORDER)).toMatchObject({ state: 'open' });
    expect(calls(PULLS)).toBe(2);
    expect(world.shop.pulls).toHaveLength(1);
  });
});

describe('a rate limit', () => {
  it('is waited for when it is over in a moment', async () => {
    world.github.fail(REPOSITORY, { kind: 'secondary_limit', retryAfterSeconds: 1 });
    expect(await session.facts()).toMatchObject({ fullName: 'acme/shop' });
    expect(calls(REPOSITORY)).toBe(2);
  });

  it.each([
    ['secondary', { kind: 'secondary_limit', retryAfterSeconds: 90 } as const, 90],
    ['primary', { kind: 'primary_limit', resetsInSeconds: 1800 } as const, 1800],
  ])('that is %s and long postpones all in that name, and nobody else', async (_what, fault, seconds) => {
    const { shop, github } = world;
    shop.collaborators.set('ada', 'write');
    const forge = world.tokenForge();
    const [grace, ada] = [world.writer, github.state.personalToken('ada')].map(
      (token) => () => forge.open(SHOP, token, anySignal).facts(),
    );
    github.fail(REPOSITORY, fault);
    for (let time = 0; time < 2; time++) {
      const error = await grace?.().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'forge_rate_limited' });
      const left = (error as { retryAfterSeconds: number }).retryAfterSeconds;
      expect(Math.abs(left - seconds)).toBeLessThanOrEqual(10);
      expect(calls(REPOSITORY)).toBe(1);
    }
    expect(await ada?.()).toMatchObject({ fullName: 'acme/shop' });
    expect(calls(REPOSITORY)).toBe(2);
  });
});

describe('a signal', () => {
  it('ends a request that is under way, with its own reason', async () => {
    const controller = new AbortController();
    const held = Promise.withResolvers<undefined>();
    world.github.fail(REPOSITORY, { kind: 'hold', until: held.promise });
    const asked = world.tokenForge().open(SHOP, world.writer, controller.signal).facts();
    const failed = expect(asked).rejects.toThrow('lease lost');
    await eventually(() => calls(REPOSITORY) === 1);
    controller.abort(new Error('lease lost'));
    await failed;
    held.resolve(undefined);
    expect(calls(REPOSITORY)).toBe(1);
  });
});

describe('what did not change', () => {
  it.each<[string, (tip: string) => Promise<unknown>]>([
    ['a repository', () => session.facts()],
    ['the tip of a branch', () => session.branchTip('main')],
    ['how far a branch has moved on', (tip) => session.commitsBehind(tip, 'main')],
  ])('is answered from what is known, and asked of GitHub each time: %s', async (_what, ask) => {
    const tip = await world.commit('main');
    const first = await ask(tip);
    expect(await ask(tip)).toEqual(first);
    expect(world.github.requests.map(({ status }) => status)).toEqual([200, 304]);
    await world.commit('main');
    world.shop.isArchived = true;
    expect(await ask(tip)).not.toEqual(first);
  });

  it('is never shown to another credential', async () => {
    const forge = world.tokenForge();
    await forge.open(SHOP, world.writer, anySignal).facts();
    const stranger = world.github.state.personalToken('stranger');
    await expect(forge.open(SHOP, stranger, anySignal).facts()).rejects.toMatchObject({
      code: 'forge_repository_not_found',
    });
  });
});

describe('an error', () => {
  it.each([
    ['401', { kind: 'status', status: 401 } as const],
    ['403', { kind: 'status', status: 403 } as const],
    ['404', { kind: 'status', status: 404 } as const],
    ['422', { kind: 'status', status: 422 } as const],
    ['500', { kind: 'status', status: 500 } as const],
    ['a limit', { kind: 'secondary_limit', retryAfterSeconds: 90 } as const],
    ['a cut', { kind: 'cut', when: 'before' } as const],
  ])('after %s shows the token nowhere, however deep one looks', async (_what, fault) => {
    world.github.fail(REPOSITORY, fault, 9);
    const error = await session.facts().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expect.stringMatching(/^forge_/) });
    const shown = inspect(error, { depth: null, showHidden: true });
    expect(shown).toContain('acme/shop');
    for (const secret of [world.writer, Buffer.from(world.writer).toString('base64'), 'authorization'])
      expect(shown).not.toContain(secret);
  });
});

describe('a credential that GitHub says back', () => {
  it.each([
    ['about any request', REPOSITORY, () => session.facts()],
    ['about a pull request that may exist', PULLS, () => session.openPullRequest(ORDER)],
  ])('is in no error %s, wherever the words are cut', async (_what, route, ask) => {
    for (const before of ['', 'so '.repeat(90), 'x'.repeat(280)]) {
      const message = `${before} ${world.writer} already exists`;
      world.github.fail(route, { kind: 'status', status: 422, message });
      const error: unknown = await ask().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^forge_/) });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(world.writer.slice(0, 12));
    }
  });
});
