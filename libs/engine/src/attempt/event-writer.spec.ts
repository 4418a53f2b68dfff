import { describe, expect, it, jest } from '@jest/globals';
import { AppError, Redactor } from '@drydock/domain';
import type { NewEvent } from '@drydock/contracts';
import { eventually } from '@drydock/testing';
import fc from 'fast-check';
import { EventWriter } from './event-writer.ts';

const writerTo = (append: (events: readonly NewEvent[]) => Promise<void>, secrets: string[] = []) => {
  const errors: unknown[] = [];
  const numbers: number[] = [];
  const writer = new EventWriter({
    append: (batch) => {
      numbers.push(batch.number);
      return append(batch.events);
    },
    redactor: new Redactor(secrets),
    now: () => new Date(0),
    onError: (error) => errors.push(error),
  });
  return { writer, errors, numbers };
};

const textsOf = (batches: readonly (readonly NewEvent[])[]): unknown[] =>
  batches.flat().map((event) => ('text' in event.payload ? event.payload.text : event.type));

describe('EventWriter', () => {
  it('writes the first event at once and the next ones in one batch', async () => {
    const batches: (readonly NewEvent[])[] = [];
    const { writer, numbers } = writerTo((events) => {
      batches.push(events);
      return Promise.resolve();
    });
    writer.add('agent.message', { text: 'a' });
    expect(batches).toHaveLength(1);
    writer.add('agent.message', { text: 'b' });
    writer.add('agent.message', { text: 'c' });
    await writer.drain();
    expect(batches.map((batch) => batch.length)).toEqual([1, 2]);
    expect(textsOf(batches)).toEqual(['a', 'b', 'c']);
    expect(numbers).toEqual([1, 2]);
  });

  it('goes on at its pace when the wall clock is set back by an hour', async () => {
    const batches: (readonly NewEvent[])[] = [];
    const { writer } = writerTo((events) => {
      batches.push(events);
      return Promise.resolve();
    });
    writer.add('agent.message', { text: 'before' });
    await new Promise((resolve) => setImmediate(resolve));
    const setBack = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    writer.add('agent.message', { text: 'after' });
    setBack.mockRestore();
    await eventually(() => Promise.resolve(batches.length === 2));
  });

  it('keeps order and loses nothing, however slow the store is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 40 }), async (delays) => {
        const batches: (readonly NewEvent[])[] = [];
        const { writer } = writerTo(async (events) => {
          await new Promise((resolve) => setTimeout(resolve, delays[batches.length] ?? 0));
          batches.push(events);
        });
        delays.forEach((_, index) => {
          writer.add('agent.message', { text: String(index) });
        });
        await writer.drain();
        expect(textsOf(batches)).toEqual(delays.map((_, index) => String(index)));
      }),
      { numRuns: 20 },
    );
  });

  it('masks secrets in every string of a payload', async () => {
    const seen: NewEvent[] = [];
    const { writer } = writerTo(
      (events) => {
        seen.push(...events);
        return Promise.resolve();
      },
      ['s3cret-value'],
    );
    writer.add('agent.tool_call', { callId: '1', tool: 'bash', input: { command: 'echo s3cret-value' } });
    await writer.drain();
    expect(JSON.stringify(seen)).not.toContain('s3cret-value');
  });

  it('tells of a lost lease once, and drain throws it', async () => {
    const lost = new AppError('lease_lost', 'gone');
    const { writer, errors } = writerTo(() => Promise.reject(lost));
    writer.add('agent.message', { text: 'a' });
    await expect(writer.drain()).rejects.toBe(lost);
    writer.add('agent.message', { text: 'b' });
    await expect(writer.drain()).rejects.toBe(lost);
    expect(errors).toEqual([lost]);
  });

  it('drops console output, counted, but no other event while the store is away', async () => {
    const seen: NewEvent[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { writer } = writerTo(async (events) => {
      await gate;
      seen.push(...events);
    });
    const text = 'x'.repeat(60_000);
    for (let i = 0; i < 300; i++) writer.add('log', { phase: 'agent', stream: 'stdout', text });
    writer.add('phase.finished', { phase: 'agent', seconds: 1 });
    release();
    await writer.drain();
    expect(seen.filter((event) => event.type === 'log').length).toBeLessThan(200);
    expect(seen.map((event) => event.type)).toContain('phase.finished');
    expect(seen.find((event) => event.type === 'notice')?.payload).toMatchObject({
      code: 'log_events_dropped',
    });
  });
});
