import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, DELIVERY_FAILURES, DELIVERY_LOSSES, type SessionId, type TeamId } from '@drydock/domain';
import type { SessionStore } from '../ports/session-store.ts';
import { WorkerSession } from '../session/worker-session.ts';
import { FakeAuditLog } from '../testing/fake-audit-log.ts';
import { FakeInboundStore } from '../testing/fake-inbound-store.ts';
import { anInbound } from '../testing/inbound-store.contract.ts';
import { ProcessInbound, type Decided } from './process-inbound.ts';

const SESSION = 'w' as SessionId;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let inbound: FakeInboundStore;
let audit: FakeAuditLog;
let answer: () => Promise<Decided>;
let session: WorkerSession;
let process: ProcessInbound;
beforeEach(async () => {
  [inbound, audit] = [new FakeInboundStore(), new FakeAuditLog()];
  session = aSession();
  await session.open();
  process = processOf();
  await inbound.receive(anInbound('a'));
});
afterEach(() => session.close());

const aSession = (): WorkerSession => {
  const store = {
    open: async () => undefined,
    heartbeat: async () => ({ cancel: [], owned: [] }),
    close: async () => inbound.endLease(SESSION),
  } as unknown as SessionStore;
  const info = { id: SESSION, workerId: 'w', bootNonce: '1', host: 'h', version: '0', concurrency: 1 };
  const attempts = { claimNext: async () => null, finish: async () => 'finished' as const };
  return new WorkerSession({ store, attempts, describe: () => info, log });
};

const processOf = (store: Partial<FakeInboundStore> = {}): ProcessInbound => {
  const bound = {
    claimNext: inbound.claimNext.bind(inbound),
    countDue: inbound.countDue.bind(inbound),
    settle: inbound.settle.bind(inbound),
    postpone: inbound.postpone.bind(inbound),
  };
  return new ProcessInbound(
    { inbound: { ...bound, ...store }, audit, log },
    { run: () => answer() },
    session,
  );
};

const next = () => process.next();
const HELPED: Decided = { state: 'accepted', reason: 'helped', teamId: null };
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

  it('gives up what has ended its worker again and again', async () => {
    const other = 'other' as SessionId;
    for (let i = 0; i < DELIVERY_LOSSES; i++) {
      await inbound.claimNext(other, []);
      inbound.endLease(other);
    }
    let asked = 0;
    answer = async () => (asked++, HELPED);
    await next();
    expect([asked, inbound.ends]).toMatchObject([0, [{ state: 'failed', reason: 'internal' }]]);
    expect(audit.reasons).toEqual(['internal']);
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
    answer = async () => {
      session.handBack();
      throw new Error('aborted');
    };
    await next();
    expect([inbound.ends, audit.records]).toEqual([[], []]);
    await session.close();
    expect(await inbound.countDue('other' as SessionId, [], 1)).toBe(1);
  });

  it('takes nothing while the worker drains', async () => {
    session.stopClaiming();
    expect(await next()).toBe(false);
    expect(await inbound.countDue(SESSION, [], 1)).toBe(1);
  });

  it('finds again what it claimed when the answer to the claim got lost', async () => {
    let isLost = true;
    process = processOf({
      claimNext: async (by, held) => {
        const claimed = await inbound.claimNext(by, held);
        if (isLost) throw new AppError('service_unavailable', 'Lost.');
        return claimed;
      },
    });
    await expect(next()).rejects.toMatchObject({ code: 'service_unavailable' });
    isLost = false;
    answer = async () => HELPED;
    expect([await process.countDue(), await next()]).toEqual([1, true]);
    expect(inbound.ends).toMatchObject([{ reason: 'helped' }]);
  });

  it('neither counts nor takes what it is about to answer', async () => {
    const gate = Promise.withResolvers<Decided>();
    answer = () => gate.promise;
    const underWay = next();
    expect(await next()).toBe(false);
    expect(await process.countDue()).toBe(0);
    gate.resolve(HELPED);
    expect(await underWay).toBe(true);
    expect(inbound.ends).toHaveLength(1);
  });

  it('outlasts a database that is away when the answer has been given', async () => {
    let outages = 2;
    let answers = 0;
    process = processOf({
      settle: async (fence, end) => {
        if (outages-- > 0) throw new AppError('service_unavailable', 'Away.');
        await inbound.settle(fence, end);
      },
    });
    answer = async () => {
      answers++;
      return HELPED;
    };
    expect(await next()).toBe(true);
    expect([answers, inbound.ends.length]).toEqual([1, 1]);
  });
});
