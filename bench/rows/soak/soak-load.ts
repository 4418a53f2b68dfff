import { setTimeout as delay } from 'node:timers/promises';
import { PLAIN_KINDS, requestOf, type Kind } from '../../../chaos/load/kinds.ts';
import { Random } from '../../../chaos/random.ts';
import type { System } from '../../../e2e/system/start-system.ts';
import { zipOf } from '../../../e2e/system/zip-bytes.ts';

/** One day's mix is the next one's: the same tasks in the same order every time. */
const SEED = 1;
/** After its last task was sent, so long may the load take to end. */
const PATIENCE_MS = 180_000;

/** What became of the load. */
export interface SoakLoad {
  readonly sent: number;
  /** Tasks that ended in another way than they should, or not at all. */
  readonly surprises: readonly string[];
}

const send = async (system: System, kind: Kind, id: string): Promise<string> => {
  const request = requestOf(kind, id, { gitUrl: system.gitUrl, codeHost: null });
  if (kind.source === 'git') return (await system.client.submit(request)).id;
  const form = new FormData();
  form.set('task', JSON.stringify(request));
  const zip = await zipOf({ 'a.txt': 'one\n', 'src/b.txt': 'b\n' });
  form.set('archive', new Blob([new Uint8Array(zip)], { type: 'application/zip' }), 'input.zip');
  const response = await system.client.request('/v1/tasks', { method: 'POST', body: form });
  const body = (await response.json()) as { id: string };
  if (response.status !== 202) throw new Error(`submit: ${String(response.status)}`);
  return body.id;
};

/** Sends one task and stays with it as clients do, by its event stream. @returns what was wrong with its end, or null. */
const follow = async (system: System, kind: Kind, id: string): Promise<string | null> => {
  const taskId = await send(system, kind, id);
  if (kind.cancelAfter) {
    const [least, most] = kind.cancelAfter;
    await delay(((least + most) / 2) * 1000);
    await system.client.post(`/v1/tasks/${taskId}/cancel`, {});
  }
  for await (const event of system.client.stream(taskId)) if (event.event === 'end') break;
  const { outcome } = await system.client.task(taskId);
  const isExpected = kind.expected.some((expected) => expected === outcome);
  return isExpected ? null : `${taskId} (${kind.name}) ended ${String(outcome)}`;
};

/** Mixed tasks, one every so many milliseconds until the time is over, whatever becomes of those before. */
export const runLoad = async (
  system: System,
  { everyMs, untilMs }: { everyMs: number; untilMs: number },
): Promise<SoakLoad> => {
  const random = new Random(SEED);
  const begin = performance.now();
  const surprises: string[] = [];
  const lives: Promise<void>[] = [];
  for (let sent = 0; performance.now() - begin < untilMs; sent++) {
    const kind = random.weighted(PLAIN_KINDS);
    const life = follow(system, kind, `soak-${String(sent)}`).catch(
      (error: unknown) => `${kind.name}: ${String(error)}`,
    );
    lives.push(life.then((surprise) => void (surprise !== null && surprises.push(surprise))));
    await delay(Math.max(0, begin + (sent + 1) * everyMs - performance.now()));
  }
  const late = delay(PATIENCE_MS, 'late' as const, { ref: false });
  if ((await Promise.race([Promise.all(lives), late])) === 'late')
    surprises.push('not all tasks ended in time');
  return { sent: lives.length, surprises };
};
