import { describe, expect, it } from '@jest/globals';
import { afterWebhookTry, WEBHOOK_LIFETIME_MS, webhookDelayMs, type WebhookStanding } from './webhook.ts';

const REFUSED = { status: 500, error: { code: 'webhook_rejected', message: 'It answered 500.' } } as const;
const NEW: WebhookStanding = {
  kind: 'endpoint',
  failures: 0,
  ageMs: 0,
  endpointFailures: 0,
  endpointFailingMs: 0,
};

/** Times of all tries since the event, when each one fails. */
const triesOf = (random: number): number[] => {
  const tries: number[] = [];
  for (let ageMs = 0; ;) {
    tries.push(ageMs);
    const decision = afterWebhookTry(REFUSED, { ...NEW, failures: tries.length - 1, ageMs }, random);
    if (decision.do !== 'retry') return tries;
    ageMs += decision.delayMs;
  }
};

describe('afterWebhookTry', () => {
  it('is done with what was taken', () => {
    expect(afterWebhookTry({ status: 204, error: null }, NEW, 0.5)).toEqual({
      do: 'settle',
      state: 'succeeded',
    });
  });

  it.each([0, 0.5, 1])('tries again for most of a day, ever more seldom, with luck %p', (random) => {
    const tries = triesOf(random);
    expect(tries[1]).toBeGreaterThanOrEqual(4_000);
    expect(tries[1]).toBeLessThanOrEqual(6_000);
    expect(tries.length).toBeGreaterThan(9);
    expect(tries.length).toBeLessThan(15);
    // Whoever is away for 23 hours misses nothing, whatever the luck.
    expect(tries.at(-1)).toBe(WEBHOOK_LIFETIME_MS - 3_600_000);
  });

  it('spreads the tries of many messages', () => {
    expect(webhookDelayMs(3, 0)).toBeLessThan(webhookDelayMs(3, 1) * 0.7);
  });

  it('disables an endpoint that says it is gone, and one that failed for a day', () => {
    const gone = { ...REFUSED, status: 410 };
    expect(afterWebhookTry(gone, NEW, 0)).toMatchObject({ do: 'disable', code: 'webhook_gone' });
    const failing = { ...NEW, endpointFailures: 9, endpointFailingMs: WEBHOOK_LIFETIME_MS };
    expect(afterWebhookTry(REFUSED, failing, 0)).toMatchObject({
      do: 'disable',
      code: 'webhook_endpoint_failing',
    });
  });

  it('does not disable one that failed seldom, or not for long', () => {
    const seldom = { ...NEW, endpointFailures: 3, endpointFailingMs: WEBHOOK_LIFETIME_MS };
    const shortly = { ...NEW, endpointFailures: 50, endpointFailingMs: WEBHOOK_LIFETIME_MS - 1 };
    for (const standing of [seldom, shortly])
      expect(afterWebhookTry(REFUSED, standing, 0)).toMatchObject({ do: 'retry' });
  });

  it('never disables callbacks: each goes elsewhere', () => {
    const callbacks = {
      ...NEW,
      kind: 'callbacks',
      endpointFailures: 99,
      endpointFailingMs: WEBHOOK_LIFETIME_MS,
    } as const;
    expect(afterWebhookTry(REFUSED, callbacks, 0)).toMatchObject({ do: 'retry' });
    expect(afterWebhookTry({ ...REFUSED, status: 410 }, callbacks, 0)).toEqual({
      do: 'settle',
      state: 'failed',
    });
  });
});
