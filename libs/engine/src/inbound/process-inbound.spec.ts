import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, DELIVERY_FAILURES, type SessionId, type TeamId } from '@drydock/domain';
import { FakeAuditLog } from '../testing/fake-audit-log.ts';
import { FakeInboundStore } from '../testing/fake-inbound-store.ts';
import { anInbound } from '../testing/inbound-store.contract.ts';
import { ProcessInbound, type Decided } from './process-inbound.ts';

const SESSION = 'w' as SessionId;
const SIGNAL = new AbortController().signal;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let inbound: FakeInboundStore;
let audit: FakeAuditLog;
let answer: () => Promise<Decided>;
let process: ProcessInbound;
beforeEach(async () => {
  [inbound, audit] = [new FakeInboundStore(), new FakeAuditLog()];
  process = new ProcessInbound({ inbound, audit, log }, { run: () => answer() });
  await inbound.receive(anInbound('a'));
});

const next = () => process.next(SESSION, SIGNAL);
const failing = (error: Error) => async (): Promise<Decided> => {
  throw error;
};

describe('ProcessInbound', () => {
  it('settles what it finds, and says when there is nothing', async () => {
    answer = async () => ({ state: 'refused', reason: 'trigger_off', teamId: 'team' as TeamId });
    expect([await next(), await next()]).toEqual([true, false]);
    expect(inbound.ends).toEqual([
      { state: 'refused', reason: 'trigger_off', teamId: 'team', started: null },
    ]);
    expect(audit.records).toMatchObject([
      {
        teamId: 'team',
        actor: 'github:octocat',
        action: 'trigger.refused',
        subject: 'acme/shop#7',
        reason: 'trigger_off',
        details: { inbound: 'github:a', trigger: 'label' },
      },
    ]);
  });

  it('writes down nothing of what was none of our business', async () => {
    answer = async () => ({ state: 'ignored', reason: 'not_mentioned', teamId: null });
    await next();
    expect([inbound.ends.length, audit.records]).toEqual([1, []]);
  });

  it('tries again later when the code host has no time, as late as it asks for', async () => {
    answer = failing(new AppError('forge_rate_limited', 'Later.', { retryAfterSeconds: 600 }));
    await next();
    expect([inbound.ends, audit.records]).toEqual([[], []]);
    inbound.advance(599_000);
    expect(await next()).toBe(false);
    inbound.advance(2_000);
    answer = async () => ({ state: 'accepted', reason: 'helped', teamId: null });
    expect(await next()).toBe(true);
    expect(inbound.ends).toMatchObject([{ state: 'accepted' }]);
  });

  it('gives up after so many tries', async () => {
    answer = failing(new Error('a fault of ours'));
    let tries = 0;
    while (inbound.ends.length === 0) {
      expect(await next()).toBe(true);
      inbound.advance(3_600_000);
      tries++;
    }
    expect(tries).toBe(DELIVERY_FAILURES);
    expect([inbound.ends[0]?.state, audit.reasons]).toEqual(['failed', ['internal']]);
  });

  it('gives up at once when waiting would not help', async () => {
    answer = failing(new AppError('model_unavailable', 'No model.'));
    await next();
    expect(inbound.ends).toMatchObject([{ state: 'failed', reason: 'model_unavailable' }]);
  });

  it('leaves it to whoever has it now when its lease is lost', async () => {
    answer = failing(new AppError('lease_lost', 'Gone.'));
    await next();
    expect([inbound.ends, audit.records]).toEqual([[], []]);
  });

  it('leaves it as it is when the worker ends in the middle', async () => {
    const stop = new AbortController();
    answer = async () => {
      stop.abort(new Error('drain'));
      throw new Error('aborted');
    };
    await expect(process.next(SESSION, stop.signal)).rejects.toThrow('drain');
    expect(inbound.ends).toEqual([]);
    inbound.endLease(SESSION);
    expect(await inbound.countDue(1)).toBe(1);
  });
});
