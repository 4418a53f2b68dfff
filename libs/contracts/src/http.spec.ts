import { describe, expect, it } from '@jest/globals';
import { EVENT_PAYLOADS, EVENT_TYPES, TaskEvent } from './event.ts';
import { AttemptQuery, EventsQuery, TaskListQuery } from './http.ts';

describe('queries', () => {
  it('read what an address line holds', () => {
    expect(TaskListQuery.parse({})).toMatchObject({ limit: 50 });
    expect(TaskListQuery.parse({ limit: '200', label: 'a:b', status: 'queued' })).toMatchObject({
      limit: 200,
      label: ['a:b'],
      status: 'queued',
    });
    expect(TaskListQuery.parse({ label: ['a:b', 'c:d:e'] }).label).toEqual(['a:b', 'c:d:e']);
    expect(EventsQuery.parse({ after: '7' })).toEqual({ after: 7, limit: 200 });
    expect(AttemptQuery.parse({ attempt: '2' })).toEqual({ attempt: 2 });
  });

  it.each<[{ safeParse: (value: unknown) => { success: boolean } }, object]>([
    [TaskListQuery, { limit: '0' }],
    [TaskListQuery, { limit: '201' }],
    [TaskListQuery, { limit: 'all' }],
    [TaskListQuery, { label: 'novalue' }],
    [TaskListQuery, { label: ':x' }],
    [TaskListQuery, { status: 'done' }],
    [TaskListQuery, { colour: 'red' }],
    [TaskListQuery, { cursor: 'x'.repeat(513) }],
    [EventsQuery, { after: '-1' }],
    [EventsQuery, { after: '1.5' }],
    [EventsQuery, { limit: '1001' }],
    [AttemptQuery, { attempt: '0' }],
  ])('refuse what is none (%#)', (schema, query) => {
    expect(schema.safeParse(query).success).toBe(false);
  });
});

describe('events', () => {
  const head = { seq: 1, at: '2026-01-01T00:00:00.000Z', attempt: null, v: 1 };

  it('keep the fields of their type beside the head', () => {
    const event = { ...head, type: 'notice', code: 'x', message: 'y' };
    expect(TaskEvent.parse(event)).toEqual(event);
  });

  it.each([{ seq: 0 }, { seq: 1.5 }, { v: 2 }, { type: 'task.exploded' }, { attempt: 'one' }])(
    'refuse %j',
    (wrong) => {
      expect(TaskEvent.safeParse({ ...head, type: 'notice', ...wrong }).success).toBe(false);
    },
  );

  it('never name a field of a payload like one of the head', () => {
    for (const type of EVENT_TYPES)
      expect(Object.keys(EVENT_PAYLOADS[type].shape).filter((key) => key in head || key === 'type')).toEqual(
        [],
      );
  });
});
