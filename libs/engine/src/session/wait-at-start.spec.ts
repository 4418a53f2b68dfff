import { describe, expect, it } from '@jest/globals';
import type { Log } from '../ports/telemetry.ts';
import { waitAtStart, type Missing } from './wait-at-start.ts';

const DATABASE: Missing = { what: 'PostgreSQL', remedy: 'Start it.' };
const TABLES: Missing = { what: 'tables', remedy: 'Run the migrations.' };

/** Waits with these answers in turn, the last one again and again. */
const waiting = async (atMostMs: number, ...answers: (Missing | null | Error)[]) => {
  const lines: string[] = [];
  const tell = (_fields: object, line: string): void => void lines.push(line);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  const look = (): Promise<Missing | null> => {
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const end = await waitAtStart({ look, atMostMs, log }).catch((error: unknown) => String(error));
  return { end, lines };
};

describe('waitAtStart', () => {
  it('says each thing that it waits for once, and goes on when nothing is missing', async () => {
    const { end, lines } = await waiting(60_000, DATABASE, DATABASE, TABLES, null);
    expect(end).toBeUndefined();
    expect(lines).toEqual(['waiting for PostgreSQL', 'waiting for tables']);
  });

  it('gives up after its time, with what to do', async () => {
    const { end } = await waiting(0, DATABASE);
    expect(end).toBe('AppError: config_error: Waited 0 s for PostgreSQL. Start it.');
  });

  it('does not wait for what waiting cannot mend', async () => {
    expect((await waiting(60_000, new Error('wrong password'))).end).toBe('Error: wrong password');
  });
});
