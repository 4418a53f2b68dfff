import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@drydock/testing';
import { ApiUnderTest, GIT_TASK, KEY, OTHER_TEAM_KEY } from '../testing/api-under-test.ts';

const SLOW = `dk_slowkey01_${'e'.repeat(32)}`;

let api: ApiUnderTest;
afterEach(() => api.stop());

const start = async (requestsPerSecond = 0): Promise<void> => {
  api = await ApiUnderTest.start({}, { requestsPerSecond });
  api.keys.add(SLOW, 'team_a', ['tasks:read', 'tasks:write'], 2);
};
const statuses = async (count: number, call: () => Promise<{ statusCode: number }>): Promise<number[]> => {
  const answers = await Promise.all(Array.from({ length: count }, call));
  return answers.map(({ statusCode }) => statusCode).sort();
};

describe('the rate of a key', () => {
  it('is the one of the installation, or its own, and no other key pays for it', async () => {
    await start(4);
    const list = (key: string) => () => api.call('GET', '/v1/tasks', { key });
    expect(await statuses(6, list(KEY))).toEqual([200, 200, 200, 200, 429, 429]);
    expect(await statuses(4, list(SLOW))).toEqual([200, 200, 429, 429]);
    expect(await statuses(1, list(OTHER_TEAM_KEY))).toEqual([200]);
  });

  it('is told before it is used up and when it is', async () => {
    await start();
    const first = await api.call('GET', '/v1/tasks', { key: SLOW });
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"key";q=2;w=1', ratelimit: '"key";r=1;t=1' });
    await api.call('GET', '/v1/tasks', { key: SLOW });
    const refused = await api.call('POST', '/v1/tasks', { key: SLOW, body: GIT_TASK });
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited']);
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'content-type': 'application/problem+json',
    });
    expect(api.tasks.submitted).toEqual([]);
  });

  it('is whole again a second later', async () => {
    await start();
    await statuses(3, () => api.call('GET', '/v1/tasks', { key: SLOW }));
    await eventually(async () => (await api.call('GET', '/v1/tasks', { key: SLOW })).statusCode === 200);
  });

  it('does not count where no key is needed, and is none with 0', async () => {
    await start();
    for (const url of ['/livez', '/readyz', '/', '/errors'])
      expect(new Set(await statuses(20, () => api.call('GET', url, { key: SLOW })))).toEqual(new Set([200]));
    const answer = await api.call('GET', '/v1/tasks');
    expect(answer.headers['ratelimit-policy']).toBeUndefined();
    expect(new Set(await statuses(100, () => api.call('GET', '/v1/tasks')))).toEqual(new Set([200]));
  });
});

describe('wrong keys', () => {
  const wrong = (i: number): string => `dk_guess${String(i).padStart(4, '0')}_${'f'.repeat(32)}`;
  const guess = (i: number) => api.call('GET', '/v1/tasks', { key: wrong(i) });

  it('are refused without a look-up once an address has sent sixty in a minute; keys in use go on', async () => {
    await start();
    expect((await api.call('GET', '/v1/tasks')).statusCode).toBe(200);
    for (let i = 0; i < 60; i++) expect((await guess(i)).statusCode).toBe(401);
    const { finds } = api.keys;
    const refused = await guess(60);
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
    expect(api.keys.finds).toBe(finds);
    const wrongSecret = await api.call('GET', '/v1/tasks', { key: KEY.replace(/a$/, 'b') });
    expect(wrongSecret.json().code).toBe('rate_limited');
    expect((await api.call('GET', '/v1/tasks')).statusCode).toBe(200);
    expect((await api.call('GET', '/livez', { key: null })).statusCode).toBe(200);
  });

  it.each([
    ['one address', ['192.0.2.1', '192.0.2.1'], 429],
    ['an address in IPv4 and as IPv6 has it', ['192.0.2.1', '::ffff:192.0.2.1'], 429],
    ['two of one IPv6 network', ['2001:db8::1', '2001:db8:0:0:5::2'], 429],
    ['two addresses', ['192.0.2.1', '192.0.2.2'], 401],
    ['two IPv6 networks', ['2001:db8:1::1', '2001:db8:2::1'], 401],
  ])('count together when they come from %s', async (_name, [first, second], status) => {
    await start();
    const from = (remoteAddress: string | undefined, i: number) =>
      api.app.inject({
        method: 'GET',
        url: '/v1/tasks',
        headers: { authorization: `Bearer ${wrong(i)}` },
        ...(remoteAddress !== undefined && { remoteAddress }),
      });
    for (let i = 0; i < 60; i++) await from(first, i);
    expect((await from(second, 60)).statusCode).toBe(status);
  });
});
