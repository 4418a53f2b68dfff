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

describe('AnswerCheck', () => {
  it('has nothing against what is documented', () => {
    expect(check.faults(answer({}))).toEqual([]);
    expect(
      check.faults(
        answer({
          path: '/v1/tasks',
          status: 200,
          contentType: 'application/json; charset=utf-8',
          body: '{"items":[],"next":null}',
        }),
      ),
    ).toEqual([]);
    expect(check.faults(answer({ path: '/v1/nothing' }))).toEqual([]);
    expect(check.faults(answer({ path: '/docs', status: 200, contentType: 'text/html', body: '' }))).toEqual(
      [],
    );
  });

  it.each<[string, Partial<ReceivedAnswer>]>([
    [
      'a route that is not there',
      { path: '/v1/nothing', status: 200, contentType: 'application/json', body: '{}' },
    ],
    [
      'a method that is not there',
      { method: 'PUT', status: 200, contentType: 'application/json', body: '{}' },
    ],
    ['a status that is not there', { status: 418 }],
    [
      'a code that does not belong to the status',
      { body: JSON.stringify({ ...PROBLEM, code: 'queue_full' }) },
    ],
    ['a code that is not there', { body: JSON.stringify({ ...PROBLEM, code: 'nonsense' }) }],
    ['a field that is missing', { body: JSON.stringify({ ...PROBLEM, requestId: undefined }) }],
    ['another type of body', { contentType: 'text/html', body: '<p>' }],
    ['no JSON', { body: 'oops' }],
    [
      'a field of another type',
      { path: '/v1/tasks', status: 200, contentType: 'application/json', body: '{"items":{},"next":null}' },
    ],
  ])('finds %s', (_name, more) => {
    expect(check.faults(answer(more))).not.toEqual([]);
  });
});
