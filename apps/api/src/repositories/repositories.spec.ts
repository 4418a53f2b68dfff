import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest, KEY, OTHER_TEAM_KEY, READ_KEY } from '../testing/api-under-test.ts';

const WRITE_KEY = `dk_teamAwrite_${'w'.repeat(32)}`;
const STRANGER_KEY = `dk_teamCkey1_${'x'.repeat(32)}`;
const SHOP = { owner: 'acme', name: 'shop' };
const OFF = { label: false, comment: false, assignment: false, mention: false };

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  api.keys.add(WRITE_KEY, 'team_a', ['tasks:read', 'tasks:write']);
  api.keys.add(STRANGER_KEY, 'team_c', ['tasks:read', 'tasks:write']);
});
afterEach(() => api.stop());

const json = (answer: { body: string }): unknown => JSON.parse(answer.body);
const aRepository = async (forge: object = SHOP, more: object = {}) =>
  json(await api.call('POST', '/v1/repositories', { body: { forge, ...more } })) as { id: string };

describe('/v1/repositories', () => {
  it('creates one with every trigger off, and shows it where it says', async () => {
    const created = await api.call('POST', '/v1/repositories', { body: { forge: SHOP } });
    expect(created.statusCode).toBe(201);
    const repository = {
      id: expect.stringMatching(/^repo_[0-9a-z]{26}$/),
      teamId: 'team_a',
      forge: {
        ...SHOP,
        enabled: true,
        triggers: OFF,
        labels: [],
        base: null,
        allowedPaths: [],
        limits: {},
        workflowEdits: false,
      },
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      updatedAt: expect.any(String),
    };
    expect(json(created)).toEqual(repository);
    expect(json(await api.call('GET', String(created.headers.location)))).toEqual(repository);
    expect(json(await api.call('GET', '/v1/repositories', { key: READ_KEY }))).toEqual({
      items: [repository],
      next: null,
    });
  });

  it('changes what it is told to, by a key of the team', async () => {
    const { id } = await aRepository();
    const forge = { enabled: false, triggers: { label: true }, labels: ['drydock'], limits: { cpus: 1 } };
    const changed = await api.call('PATCH', `/v1/repositories/${id}`, { body: { forge }, key: WRITE_KEY });
    expect([changed.statusCode, json(changed)]).toEqual([
      200,
      expect.objectContaining({
        forge: expect.objectContaining({ ...SHOP, ...forge, triggers: { ...OFF, label: true } }),
      }),
    ]);
    expect(json(await api.call('GET', `/v1/repositories/${id}`))).toEqual(json(changed));
  });

  it('is for one team: a second one cannot have the same name in any case', async () => {
    await aRepository();
    const body = { teamId: 'team_b', forge: { owner: 'ACME', name: 'Shop' } };
    const again = await api.call('POST', '/v1/repositories', { body });
    expect([again.statusCode, again.json().code]).toEqual([409, 'repository_taken']);
  });

  it('forgets one when it is told to', async () => {
    const { id } = await aRepository();
    const removed = await api.call('DELETE', `/v1/repositories/${id}`, { key: WRITE_KEY });
    expect([removed.statusCode, removed.body]).toEqual([204, '']);
    expect((await api.call('GET', `/v1/repositories/${id}`)).statusCode).toBe(404);
    expect((await api.call('DELETE', `/v1/repositories/${id}`)).statusCode).toBe(404);
  });

  it.each([STRANGER_KEY, OTHER_TEAM_KEY])(
    'shows and does nothing to keys of other teams: %s',
    async (key) => {
      const { id } = await aRepository();
      const body = { forge: { workflowEdits: true } };
      for (const answer of [
        await api.call('GET', `/v1/repositories/${id}`, { key }),
        await api.call('PATCH', `/v1/repositories/${id}`, { key, body }),
        await api.call('DELETE', `/v1/repositories/${id}`, { key }),
        await api.call('GET', '/v1/repositories/repo_unknown', { key }),
      ])
        expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
      expect((await api.call('GET', '/v1/repositories', { key })).json().items).toEqual([]);
      expect(json(await api.call('GET', `/v1/repositories/${id}`))).toMatchObject({
        forge: { workflowEdits: false },
      });
    },
  );

  it.each([
    ['POST', '/v1/repositories', WRITE_KEY],
    ['PATCH', '/v1/repositories/repo_x', READ_KEY],
    ['DELETE', '/v1/repositories/repo_x', READ_KEY],
  ] as const)('%s %s needs more than a key may', async (method, url, key) => {
    const answer = await api.call(method, url, { key, body: { forge: SHOP } });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'forbidden']);
  });

  it('gives a repository to another team when an operator says so', async () => {
    expect(await aRepository(SHOP, { teamId: 'team_c' })).toMatchObject({ teamId: 'team_c' });
    expect((await api.call('GET', '/v1/repositories', { key: STRANGER_KEY })).json().items).toHaveLength(1);
    expect((await api.call('GET', '/v1/repositories', { key: READ_KEY })).json().items).toEqual([]);
    expect((await api.call('GET', '/v1/repositories', { key: KEY })).json().items).toEqual([]);
  });

  it.each([
    [{}, '/forge'],
    [{ forge: { owner: 'acme' } }, '/forge/name'],
    [{ forge: { ...SHOP, base: '--upload-pack=x' } }, '/forge/base'],
    [{ forge: { ...SHOP, triggers: { push: true } } }, '/forge/triggers/push'],
    [{ forge: SHOP, teamId: 'me' }, '/teamId'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await api.call('POST', '/v1/repositories', { body });
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalid_request']);
    expect(answer.json().errors.map((error) => error.pointer)).toContain(pointer);
  });
});
