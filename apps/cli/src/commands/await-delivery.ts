import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@drydock/sdk';
import type { Drydock } from '@drydock/sdk/node';
import type { Context } from '../context.ts';
import { oneLine } from '../terminal/safe-text.ts';
import { isAway } from '../watch/interrupts.ts';
import { OutageNotice } from '../watch/outage-notice.ts';

const POLL_MS = 500;
/** A code host that asks for patience is not waited for: Drydock goes on without anybody watching. */
const LONGEST_MS = 120_000;

/** Waits until the pull request of a task is there, or is known not to come. @returns the task by then. */
export const awaitDelivery = async (
  context: Context,
  { client, task }: { readonly client: Drydock; readonly task: Task },
  signal: AbortSignal,
): Promise<Task> => {
  const endsAtMs = Date.now() + LONGEST_MS;
  const outage = new OutageNotice((text) => {
    context.say(text);
  });
  let now = task;
  while (now.deliveries.some(({ state }) => state === 'pending') && Date.now() < endsAtMs) {
    if (!context.isJson) context.terminal.status('opening the pull request');
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      signal.throwIfAborted(); // the reason itself, not that there was one
    });
    try {
      now = await client.tasks.get(task.id, { signal });
      outage.back();
    } catch (error) {
      if (!(error instanceof Error) || !isAway(error)) throw error;
      outage.lost({ error, delayMs: POLL_MS });
    }
  }
  context.terminal.endStatus();
  for (const { state, error } of now.deliveries) {
    if (error !== null) context.say(`The pull request ${state}: ${oneLine(error.message, 500)}`);
    else if (state === 'pending') context.say(`The pull request is still to come: drydock show ${task.id}`);
  }
  return now;
};

/** Whether all that was to be delivered is. Where nothing changed, nothing was. */
export const isDelivered = ({ outcome, deliveries }: Task): boolean =>
  outcome === 'no_changes' || deliveries.every(({ state }) => state === 'succeeded');
