import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TeamId } from '@drydock/domain';
import { aRepository } from '@drydock/engine/testing';
import { ApiUnderTest, GIT_TASK, OTHER_TEAM_KEY, READ_KEY } from '../testing/api-under-test.ts';

const TOKEN = { source: { git: { token: 'tok_hunter2' } } };

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.stop());

const aTask = async (body: object = GIT_TASK) => (await api.call('POST', '/v1/tasks', { body })).json().id;
const anEndedTask = async () => {
  const id = await aTask();
  api.tasks.change(id, { status: 'succeeded', outcome: 'changed' });
  return id;
};
const order = (id: string, body?: object) => api.call('POST', `/v1/tasks/${id}/deliveries`, { body });

describe('POST /v1/tasks/{id}/deliveries', () => {
  it('answers 202 with the delivery, and wakes a worker', async () => {
    const id = await anEndedTask();
    const pullRequest = { base: 'main', labels: ['drydock'], when: 'changed' };
    const answer = await order(id, { pullRequest, ...TOKEN });
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      { id: expect.stringMatching(/^dlv_/), kind: 'pull_request', state: 'pending', error: null, url: null },
    ]);
    expect(api.wakeUps.waiting.get('deliveries')).toBe(1);
    expect(api.deliveries.ordered).toMatchObject([{ order: { base: 'main', labels: ['drydock'] } }]);
    expect(api.logged.join('')).not.toContain('hunter2');
  });

  it('gives the first one to whoever asks again', async () => {
    const id = await anEndedTask();
    const first = (await order(id, TOKEN)).json();
    const again = await order(id, { pullRequest: { draft: true } });
    expect([again.statusCode, again.json()]).toEqual([202, first]);
  });

  it('needs a task that has ended', async () => {
    const answer = await order(await aTask(), TOKEN);
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'task_not_final']);
  });

  it('says what is missing when there is no credential, and orders nothing', async () => {
    const answer = await order(await anEndedTask());
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'delivery_not_available']);
    expect(answer.body).toContain('source.git.token');
    expect(api.deliveries.ordered).toEqual([]);
  });

  it.each([
    [{ pullRequest: { force: true } }, '/pullRequest/force'],
    [{ pullRequest: { base: '--upload-pack=x' } }, '/pullRequest/base'],
    [{ comment: {} }, '/comment'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await order(await anEndedTask(), body);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalid_request']);
    expect(answer.json().errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it("knows no other team's task, and needs tasks:write", async () => {
    const url = `/v1/tasks/${await anEndedTask()}/deliveries`;
    const stranger = await api.call('POST', url, { key: OTHER_TEAM_KEY, body: TOKEN });
    expect([stranger.statusCode, stranger.json().code]).toEqual([404, 'not_found']);
    expect((await api.call('POST', url, { key: READ_KEY, body: TOKEN })).statusCode).toBe(403);
  });
});

describe('the credential of the installation', () => {
  const wanted = { ...GIT_TASK, deliver: { pullRequest: {} } };

  it('opens no pull request in a repository of another team, neither with a task nor after it', async () => {
    await api.stop();
    api = await ApiUnderTest.start({
      canDeliver: (_url, hasOwnToken) => (hasOwnToken ? 'yes' : { owner: 'acme', name: 'shop' }),
    });
    const early = await api.call('POST', '/v1/tasks', { body: wanted });
    expect(early.statusCode).toBe(202);
    const { id } = await api.repositories.create(aRepository('team_b' as TeamId));
    const later = [await api.call('POST', '/v1/tasks', { body: wanted }), await order(await anEndedTask())];
    for (const answer of later) {
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'delivery_not_available']);
      expect(answer.body).toContain('not for acme/shop and your team');
      expect(answer.body).not.toContain(id);
    }
    expect(api.deliveries.ordered).toEqual([]);
    expect((await order(await anEndedTask(), TOKEN)).statusCode).toBe(202);
  });
});

describe('POST /v1/deliveries/{id}/retry', () => {
  it('makes a failed delivery pending again, and wakes a worker', async () => {
    const task = await anEndedTask();
    const { id } = (await order(task, TOKEN)).json();
    api.deliveries.end(task, 'failed');
    const answer = await api.call('POST', `/v1/deliveries/${id}/retry`, { body: TOKEN });
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { id, state: 'pending', error: null }]);
    expect(api.wakeUps.waiting.get('deliveries')).toBe(2);
  });

  it('leaves one that has succeeded as it is', async () => {
    const task = await anEndedTask();
    const { id } = (await order(task, TOKEN)).json();
    api.deliveries.end(task, 'succeeded');
    const answer = await api.call('POST', `/v1/deliveries/${id}/retry`);
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { id, state: 'succeeded' }]);
  });

  it.each(['dlv_unknown', 'x', 'dlv_%00'])('knows no delivery %s', async (id) => {
    const answer = await api.call('POST', `/v1/deliveries/${id}/retry`);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
  });

  it("knows no other team's delivery", async () => {
    const { id } = (await order(await anEndedTask(), TOKEN)).json();
    const answer = await api.call('POST', `/v1/deliveries/${id}/retry`, { key: OTHER_TEAM_KEY });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
  });
});
