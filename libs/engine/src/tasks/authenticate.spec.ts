import { describe, expect, it } from '@jest/globals';
import type { ApiKeyId } from '@drydock/domain';
import { FakeApiKeyStore } from '../testing/fake-api-key-store.ts';
import { Authenticate } from './authenticate.ts';
import { FirstKey } from './first-key.ts';

const KEY = `dk_abcdefgh_${'s'.repeat(32)}`;

const withKey = () => {
  const keys = new FakeApiKeyStore();
  keys.add(KEY, 'team', ['tasks:read']);
  const clock = { nowMs: 0 };
  return { keys, clock, authenticate: new Authenticate(keys, () => clock.nowMs) };
};

describe('Authenticate', () => {
  it('knows the team and the scopes of a key', async () => {
    const { authenticate } = withKey();
    expect(await authenticate.run(`Bearer ${KEY}`)).toEqual({
      keyId: 'abcdefgh',
      teamId: 'team',
      scopes: ['tasks:read'],
      requestsPerSecond: null,
    });
  });

  it.each([
    undefined,
    '',
    KEY,
    `Basic ${KEY}`,
    'Bearer dk_x',
    `Bearer ${KEY}s`,
    `Bearer dk_unknown1_${'s'.repeat(32)}`,
  ])('refuses %s', async (header) => {
    await expect(withKey().authenticate.run(header)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('tells only who has the whole key that it was revoked', async () => {
    const { keys, authenticate } = withKey();
    keys.revoke('abcdefgh', new Date('2026-03-04T05:06:07Z'));
    await expect(authenticate.run(`Bearer ${KEY}`)).rejects.toMatchObject({
      code: 'unauthorized',
      detail: expect.stringContaining('revoked on 2026-03-04'),
    });
    await expect(authenticate.run(`Bearer ${KEY.slice(0, -1)}t`)).rejects.toMatchObject({
      code: 'unauthorized',
      detail: expect.not.stringContaining('revoked'),
    });
  });

  it('refuses a key from the moment it expires, and says so to who has the whole key', async () => {
    const { keys } = withKey();
    const [at, clock] = [new Date('2026-03-04T05:06:07Z'), { now: new Date('2026-03-04T05:06:06.999Z') }];
    const record = await keys.find('abcdefgh');
    if (record) keys.set({ ...record, expiresAt: at });
    const authenticate = new Authenticate(keys, undefined, () => clock.now);
    await expect(authenticate.run(`Bearer ${KEY}`)).resolves.toMatchObject({ teamId: 'team' });
    clock.now = at;
    await expect(authenticate.run(`Bearer ${KEY}`)).rejects.toMatchObject({
      code: 'unauthorized',
      detail: expect.stringContaining('expired on 2026-03-04'),
    });
    await expect(authenticate.run(`Bearer ${KEY.slice(0, -1)}t`)).rejects.toMatchObject({
      detail: expect.not.stringContaining('expired'),
    });
  });

  it('looks a key up once in a second, also for requests at the same time', async () => {
    const { keys, clock, authenticate } = withKey();
    await Promise.all([1, 2, 3].map(() => authenticate.run(`Bearer ${KEY}`)));
    clock.nowMs = 999;
    await authenticate.run(`Bearer ${KEY}`);
    expect(keys.finds).toBe(1);
    clock.nowMs = 1_001;
    await authenticate.run(`Bearer ${KEY}`);
    expect(keys.finds).toBe(2);
  });

  it('looks a key up again at once when it was told to forget it', async () => {
    const { keys, authenticate } = withKey();
    await authenticate.run(`Bearer ${KEY}`);
    expect(authenticate.knows(`Bearer ${KEY}`)).toBe(true);
    authenticate.forget('abcdefgh' as ApiKeyId);
    expect(authenticate.knows(`Bearer ${KEY}`)).toBe(false);
    await authenticate.run(`Bearer ${KEY}`);
    expect(keys.finds).toBe(2);
  });

  it('keeps neither an unknown id nor a failed look-up', async () => {
    const { keys, authenticate } = withKey();
    const late = `dk_latelate_${'s'.repeat(32)}`;
    await expect(authenticate.run(`Bearer ${late}`)).rejects.toMatchObject({ code: 'unauthorized' });
    keys.add(late, 'team');
    await expect(authenticate.run(`Bearer ${late}`)).resolves.toMatchObject({ teamId: 'team' });
    const find = keys.find.bind(keys);
    keys.find = () => Promise.reject(new Error('away'));
    const fresh = new Authenticate(keys);
    await expect(fresh.run(`Bearer ${KEY}`)).rejects.toThrow('away');
    keys.find = find;
    await expect(fresh.run(`Bearer ${KEY}`)).resolves.toMatchObject({ teamId: 'team' });
  });
});

describe('FirstKey', () => {
  it('makes a key that works when there is none, once', async () => {
    const keys = new FakeApiKeyStore();
    const key = await new FirstKey(keys).ensure(null);
    expect(key).toMatch(/^dk_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}$/);
    await expect(new Authenticate(keys).run(`Bearer ${key ?? ''}`)).resolves.toMatchObject({
      scopes: expect.arrayContaining(['admin']),
    });
    expect(await new FirstKey(keys).ensure(null)).toBeNull();
  });

  it("takes the operator's key besides others and never gives it back", async () => {
    const keys = new FakeApiKeyStore();
    await new FirstKey(keys).ensure(null);
    expect(await new FirstKey(keys).ensure(KEY)).toBeNull();
    await expect(new Authenticate(keys).run(`Bearer ${KEY}`)).resolves.toMatchObject({ keyId: 'abcdefgh' });
  });
});
