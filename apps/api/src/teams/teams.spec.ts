import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest, GIT_TASK, KEY, READ_KEY } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

interface Team {
  readonly id: string;
}
interface NewKey {
  readonly id: string;
  readonly key: string;
  readonly scopes: string[];
}

const json = (answer: { body: string }): unknown => JSON.parse(answer.body);
const aTeam = async (body: object = { name: 'Harbour' }): Promise<Team> =>
  json(await api.call('POST', '/v1/teams', { body })) as Team;
const aKey = async (team: Team, body: object = {}): Promise<NewKey> =>
  json(await api.call('POST', `/v1/teams/${team.id}/keys`, { body })) as NewKey;

describe('/v1/teams', () => {
  it('creates a team with defaults, and shows it where it says', async () => {
    const created = await api.call('POST', '/v1/teams', { body: { name: ' Harbour ' } });
    expect(created.statusCode).toBe(201);
    const team = {
      id: expect.stringMatching(/^team_[0-9a-z]{26}$/),
      name: 'Harbour',
      weight: 1,
      maxConcurrent: null,
      maxQueued: null,
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    };
    expect(json(created)).toEqual(team);
    expect(json(await api.call('GET', String(created.headers.location)))).toEqual(team);
    expect(json(await api.call('GET', '/v1/teams?limit=10'))).toEqual({ items: [team], next: null });
  });

  it('changes what it is told to, null being no limit', async () => {
    const team = await aTeam({ name: 'Harbour', weight: 3, maxConcurrent: 2, maxQueued: 10 });
    const change = { weight: 5, maxConcurrent: null, maxQueued: 0 };
    const changed = await api.call('PATCH', `/v1/teams/${team.id}`, { body: change });
    expect([changed.statusCode, json(changed)]).toEqual([200, { ...team, ...change }]);
    expect(json(await api.call('GET', `/v1/teams/${team.id}`))).toEqual({ ...team, ...change });
  });

  it.each([
    [{}, '/name'],
    [{ name: '  ' }, '/name'],
    [{ name: 'a\u0000b' }, '/name'],
    [{ name: 'x'.repeat(101) }, '/name'],
    [{ name: 'x', weight: 0 }, '/weight'],
    [{ name: 'x', weight: 1.5 }, '/weight'],
    [{ name: 'x', maxConcurrent: -1 }, '/maxConcurrent'],
    [{ name: 'x', maxQueued: '10' }, '/maxQueued'],
    [{ name: 'x', id: 'team_mine' }, '/id'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await api.call('POST', '/v1/teams', { body });
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalid_request']);
    expect(answer.json().errors.map((error) => error.pointer)).toContain(pointer);
  });

  it.each(['team_unknown', 'team_%00', 'x', 'team_..'])('knows no team %s', async (id) => {
    const calls = [
      api.call('GET', `/v1/teams/${id}`),
      api.call('PATCH', `/v1/teams/${id}`, { body: { weight: 2 } }),
      api.call('GET', `/v1/teams/${id}/keys`),
      api.call('POST', `/v1/teams/${id}/keys`, { body: {} }),
      api.call('DELETE', `/v1/teams/${id}/keys/abcdefgh`),
    ];
    for (const answer of await Promise.all(calls))
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
  });

  it('is closed to keys without admin', async () => {
    const team = await aTeam();
    const { key } = await aKey(team, { scopes: ['tasks:read', 'tasks:write'] });
    const routes = [
      ['GET', '/v1/teams'],
      ['POST', '/v1/teams'],
      ['GET', `/v1/teams/${team.id}`],
      ['PATCH', `/v1/teams/${team.id}`],
      ['GET', `/v1/teams/${team.id}/keys`],
      ['POST', `/v1/teams/${team.id}/keys`],
      ['DELETE', `/v1/teams/${team.id}/keys/abcdefgh`],
    ] as const;
    for (const [method, url] of routes)
      for (const each of [key, READ_KEY])
        expect((await api.call(method, url, { key: each })).json().code).toBe('forbidden');
  });
});

describe('/v1/teams/{id}/keys', () => {
  it('makes a key that works on tasks of the team, and nothing else, unless admin is asked for', async () => {
    const team = await aTeam();
    const made = await aKey(team);
    expect(made.scopes).toEqual(['tasks:read', 'tasks:write']);
    expect((await api.call('GET', '/v1/teams', { key: made.key })).statusCode).toBe(403);
    const submitted = await api.call('POST', '/v1/tasks', { key: made.key, body: GIT_TASK });
    expect(submitted.statusCode).toBe(202);
    expect(api.tasks.submitted.at(-1)?.teamId).toBe(team.id);
    const admin = await aKey(team, { scopes: ['admin'] });
    expect((await api.call('GET', '/v1/teams', { key: admin.key })).statusCode).toBe(200);
  });

  it('shows the key once, uncached, and its hash never', async () => {
    const team = await aTeam();
    const made = await api.call('POST', `/v1/teams/${team.id}/keys`, { body: { requestsPerSecond: 7 } });
    const { key, ...rest } = json(made) as NewKey;
    expect(made.headers['cache-control']).toBe('no-store');
    expect(key).toMatch(new RegExp(`^dk_${rest.id}_[A-Za-z0-9]{43}$`));
    const listed = await api.call('GET', `/v1/teams/${team.id}/keys`);
    expect(json(listed)).toEqual({
      items: [{ ...rest, requestsPerSecond: 7, expiresAt: null, revokedAt: null }],
    });
    expect(api.logged.join('')).not.toContain(key);
  });

  it('makes a key that works until it expires', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const made = await aKey(await aTeam(), { expiresAt });
    expect(made).toMatchObject({ expiresAt });
    expect((await api.call('GET', '/v1/tasks', { key: made.key })).statusCode).toBe(200);
  });

  const PAST = { expiresAt: '2020-01-02T03:04:05Z' };
  it.each([[{ scopes: [] }], [{ scopes: ['root'] }], [{ requestsPerSecond: 0 }], [PAST], [{ key: 'mine' }]])(
    'refuses %j',
    async (body) => {
      const team = await aTeam();
      const answer = await api.call('POST', `/v1/teams/${team.id}/keys`, { body });
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalid_request']);
    },
  );

  it('revokes a key at once, for good, however often it is told to', async () => {
    const team = await aTeam();
    const { id, key } = await aKey(team);
    expect((await api.call('GET', '/v1/tasks', { key })).statusCode).toBe(200);
    for (let i = 0; i < 2; i++) {
      const revoked = await api.call('DELETE', `/v1/teams/${team.id}/keys/${id}`);
      expect([revoked.statusCode, revoked.body]).toEqual([204, '']);
      expect((await api.call('GET', '/v1/tasks', { key })).json().code).toBe('unauthorized');
    }
    const other = await aTeam({ name: 'Other' });
    const { id: theirs } = await aKey(other);
    const wrong = await api.call('DELETE', `/v1/teams/${team.id}/keys/${theirs}`);
    expect(wrong.json().code).toBe('not_found');
  });
});

describe('the admin key of the installation', () => {
  it('is not touched by what is done to teams', async () => {
    await aKey(await aTeam());
    expect((await api.call('GET', '/v1/teams', { key: KEY })).statusCode).toBe(200);
  });
});
