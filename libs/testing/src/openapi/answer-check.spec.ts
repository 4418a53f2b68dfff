import { describe, expect, it } from '@jest/globals';
import { AnswerCheck, type ReceivedAnswer } from './answer-check.ts';
import { readApiDocument } from './api-document.ts';

const check = new AnswerCheck(readApiDocument());

const PROBLEM = {
  ...{
    type: '/errors/not_found',
    title: 'No such resource',
    status: 404,
    detail: 'Gone.',
    code: 'not_found',
  },
  requestId: 'r',
};
const answer = (more: Partial<ReceivedAnswer>): ReceivedAnswer => ({
  ...{ method: 'GET', path: '/v1/tasks/task_1?x=1', status: 404, contentType: 'application/problem+json' },
  body: JSON.stringify(PROBLEM),
  ...more,
});

const EVENT = {
  seq: 7,
  at: '2026-01-01T00:00:00.000Z',
  attempt: 1,
  type: 'phase.started',
  v: 1,
  phase: 'agent',
};
const frame = (event: object, id = '7'): string =>
  `id: ${id}\nevent: phase.started\ndata: ${JSON.stringify(event)}\n\n`;
const stream = (body: string) => ({
  ...{ path: '/v1/tasks/task_1/events', status: 200, contentType: 'text/event-stream; charset=utf-8', body },
});
const list = (items: unknown) => ({
  ...{ path: '/v1/tasks', status: 200, contentType: 'application/json; charset=utf-8' },
  body: JSON.stringify({ items, next: null }),
});

describe('AnswerCheck', () => {
  it.each<[string, Partial<ReceivedAnswer>]>([
    ['a problem', {}],
    ['a page', list([])],
    [
      'no body',
      { method: 'DELETE', path: '/v1/repositories/repo_1', status: 204, contentType: null, body: '' },
    ],
    [
      'bytes, which are left out',
      { path: '/v1/tasks/task_1/diff', status: 200, contentType: 'text/x-diff', body: '' },
    ],
    [
      'the head alone',
      { method: 'HEAD', path: '/v1/tasks', status: 200, contentType: 'application/json', body: '' },
    ],
    [
      'a stream',
      stream(`retry: 1000\n: connected\n\n${frame(EVENT)}: heartbeat\n\nevent: end\ndata: {}\n\n`),
    ],
    ['a page for people', { path: '/docs', status: 200, contentType: 'text/html', body: '' }],
  ])('has nothing against %s', (_name, more) => {
    expect(check.faults(answer(more))).toEqual([]);
  });

  it.each<[string, Partial<ReceivedAnswer>, string]>([
    [
      'a route that is not there',
      { path: '/v1/nothing', status: 200, contentType: 'application/json', body: '{}' },
      'GET /v1/nothing 200: the document has no such operation',
    ],
    [
      'a method that is not there',
      { method: 'PUT', status: 200, contentType: 'application/json', body: '{}' },
      'PUT /v1/tasks/task_1 200: the document has no such operation',
    ],
    [
      'a refusal of such a route',
      { path: '/nothing' },
      'GET /nothing 404: the document has no such operation',
    ],
    ['a status that is not there', { status: 418 }, '418 (getTask): the document knows 200, 400, 401'],
    [
      'a code that does not belong to the status',
      { body: JSON.stringify({ ...PROBLEM, code: 'queue_full' }) },
      '/code must be equal to one of the allowed values',
    ],
    [
      'a code that is not there',
      { body: JSON.stringify({ ...PROBLEM, code: 'nonsense' }) },
      '404 (getTask): /code must be equal',
    ],
    [
      'a field that is missing',
      { body: JSON.stringify({ ...PROBLEM, requestId: undefined }) },
      "must have required property 'requestId'",
    ],
    [
      'a field too many',
      { body: JSON.stringify({ ...PROBLEM, stack: 'at x' }) },
      'must NOT have additional properties {"additionalProperty":"stack"}',
    ],
    [
      'another type of body',
      { contentType: 'text/html', body: '<p>' },
      'the document knows application/problem+json only, not text/html',
    ],
    [
      'a type that no artifact has',
      { path: '/v1/tasks/task_1/artifacts/x', status: 200, contentType: 'text/html', body: '' },
      'only, not text/html',
    ],
    ['no JSON', { body: 'oops' }, 'no JSON'],
    ['a field of another type', list({}), '/items must be array'],
    [
      'a body where there is none',
      { method: 'DELETE', path: '/v1/repositories/repo_1', status: 204, contentType: null, body: '{}' },
      'the document knows no body; it was {}',
    ],
    ['an event without an id', stream(frame(EVENT).replace('id: 7\n', '')), "required property 'id'"],
    ['an event that is no JSON', stream('id: 7\nevent: log\ndata: oops\n\n'), '/data must be JSON'],
    ['an event of no type', stream(frame({ ...EVENT, type: 'rumour' })), '/type must be equal'],
    ['an event without what its type has', stream(frame({ ...EVENT, phase: undefined })), "property 'phase'"],
    ['an end with an id', stream('id: 8\nevent: end\ndata: {}\n\n'), '/id boolean schema is false'],
  ])('finds %s', (_name, more, fault) => {
    expect(check.faults(answer(more)).join('\n')).toContain(fault);
  });

  it('looks at the shape of a refusal that a spec asks for on purpose', () => {
    const refused = (more: object, status = 404) =>
      check.faults(answer({ path: '/v1/nothing', status, body: JSON.stringify({ ...PROBLEM, ...more }) }), {
        mayBeUnknown: true,
      });
    expect(refused({})).toEqual([]);
    expect(refused({ code: 'unauthorized', status: 401 }, 401)).toEqual([]);
    expect(refused({ code: 'task_not_final' })).toEqual(['GET /v1/nothing 404: the code is task_not_final']);
    expect(refused({ detail: 1 }).join()).toContain('/detail must be string');
  });

  it('holds webhooks against what their receivers are told', () => {
    const data = { endpoint: { id: 'whe_1', url: null } };
    const payload = { type: 'webhook_endpoint.test', timestamp: '2026-01-01T00:00:00.000Z', data };
    expect(check.webhookFaults(JSON.stringify(payload))).toEqual([]);
    expect(check.webhookFaults(JSON.stringify({ ...payload, type: 'rumour' }))[0]).toContain(
      'webhook: /type must be equal',
    );
    expect(check.webhookFaults(JSON.stringify({ ...payload, timestamp: 'soon' }))[0]).toContain('date-time');
    expect(check.webhookFaults('oops')).toHaveLength(1);
  });
});
