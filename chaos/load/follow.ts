import { setTimeout as delay } from 'node:timers/promises';
import type { Violation } from '../checker/evidence.ts';
import type { ApiClient } from './api-client.ts';

const PAUSE_MS = 300;
/** A stream that says nothing at all, not even a heartbeat (15 s), hangs in a frozen api. */
const SILENCE_MS = 25_000;

interface Followed {
  readonly api: ApiClient;
  readonly taskId: string;
  /** Ms since 1970, asked for again and again: when nobody waits any longer. */
  readonly until: () => number;
}

interface Position {
  lastSeq: number;
  isOver: boolean;
}

const readBlock = (block: string, at: Position, taskId: string): Violation | null => {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  if (field('event') === 'end') at.isOver = true;
  const id = field('id');
  if (id === undefined) return null;
  const expected = at.lastSeq + 1;
  at.lastSeq = Number(id);
  if (at.lastSeq === expected) return null;
  return { rule: 'stream', taskId, message: `event ${id} came where ${String(expected)} should have` };
};

const readStream = async ({ api, taskId, until }: Followed, at: Position): Promise<Violation[]> => {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort();
  }, SILENCE_MS);
  const found: (Violation | null)[] = [];
  try {
    const headers = { accept: 'text/event-stream', 'last-event-id': String(at.lastSeq) };
    const response = await api.open(`/v1/tasks/${taskId}/events`, { headers, signal: silence.signal });
    if (response.status !== 200 || !response.body) return [];
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      const blocks = `${rest}${chunk}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) found.push(readBlock(block, at, taskId));
      // A task that never ends has heartbeats for ever.
      if (Date.now() >= until()) break;
    }
  } catch {
    // Cut off: the next round resumes.
  } finally {
    clearTimeout(timer);
  }
  return found.filter((violation) => violation !== null);
};

/**
 * Reads a task's history from its first event to `end` through every fault, as a client that resumes by the last id it has.
 * @returns what was missing or came twice.
 */
export const followToEnd = async (followed: Followed): Promise<Violation[]> => {
  const at: Position = { lastSeq: 0, isOver: false };
  const violations: Violation[] = [];
  while (Date.now() < followed.until()) {
    violations.push(...(await readStream(followed, at)));
    if (at.isOver) break;
    await delay(PAUSE_MS);
  }
  return violations;
};
