import { describe, expect, it } from '@jest/globals';
import { assertOneHandlerEach, JOBS } from './wake-up.ts';

describe('JOBS', () => {
  it.each(Object.entries(JOBS))('%s is anonymous and versioned', (_name, { data }) => {
    expect(data.safeParse({ v: 1 }).success).toBe(true);
    expect(data.safeParse({ v: 1, taskId: 'task_x', attempt: 1 }).success).toBe(true);
    for (const wrong of [{}, { v: 2 }, null, { v: 1, prompt: 'secret' }])
      expect(data.safeParse(wrong).success).toBe(false);
  });

  it('has a queue for each job', () => {
    expect(Object.entries(JOBS).map(([name, { queue }]) => [name, queue])).toEqual([
      ['task.execute', 'tasks'],
      ['delivery.perform', 'deliveries'],
    ]);
  });
});

describe('assertOneHandlerEach', () => {
  const one = { job: 'task.execute', owner: 'A' } as const;
  it('is content with one each', () => {
    expect(() => {
      assertOneHandlerEach(['task.execute'], [one, { job: 'delivery.perform', owner: 'B' }]);
    }).not.toThrow();
  });

  it.each([
    ['none', [], '[]'],
    ['two', [one, { ...one, owner: 'B' }], '[A, B]'],
  ])('stops the boot at %s', (_count, handlers, named) => {
    expect(() => {
      assertOneHandlerEach(['task.execute'], handlers);
    }).toThrow(`task.execute: one handler wanted, got ${named}`);
  });
});
