import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { FakeWakeUps } from '../testing/fake-wake-ups.ts';
import { ForgeWork } from './forge-work.ts';
import { ringDeliveries } from './ring-deliveries.ts';

type Kind = 'deliveries' | 'triggers' | 'tellings' | 'webhooks';

let due: Record<Kind, number>;
let failing: Error | null;
let done: Kind[];
let beats: number;
let work: ForgeWork;

const take = async (kind: Kind): Promise<boolean> => {
  if (kind === 'triggers' && failing !== null) throw failing;
  if (due[kind] === 0) return false;
  due[kind]--;
  done.push(kind);
  return true;
};

beforeEach(() => {
  [due, failing, done, beats] = [{ deliveries: 0, triggers: 0, tellings: 0, webhooks: 0 }, null, [], 0];
  const quiet = () => undefined;
  const countOf = (kind: Kind) => ({ countDue: async () => due[kind] });
  work = new ForgeWork({
    performDelivery: { performNext: () => take('deliveries'), ...countOf('deliveries') },
    processInbound: { next: () => take('triggers'), ...countOf('triggers') },
    tellTriggers: { tellNext: () => take('tellings'), ...countOf('tellings') },
    sendWebhooks: { next: () => take('webhooks'), ...countOf('webhooks') },
    session: { beat: async () => void beats++ },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
});

describe('work at code hosts', () => {
  it('does one piece per call, of whatever kind is due', async () => {
    due = { deliveries: 1, triggers: 1, tellings: 2, webhooks: 1 };
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await work.next());
    expect(answers).toEqual([true, true, true, true, true, false]);
    expect(done.toSorted()).toEqual(['deliveries', 'tellings', 'tellings', 'triggers', 'webhooks']);
  });

  it('gives each kind its turn, however much there is of another', async () => {
    due = { deliveries: 100, triggers: 1, tellings: 1, webhooks: 1 };
    for (let i = 0; i < 4; i++) await work.next();
    expect(done).toEqual(['deliveries', 'triggers', 'tellings', 'webhooks']);
  });

  it('has a wake-up for each piece, and none when there is nothing', async () => {
    const wakeUps = new FakeWakeUps();
    await ringDeliveries(work, wakeUps);
    expect(wakeUps.waiting.get('deliveries') ?? 0).toBe(0);
    due = { deliveries: 1, triggers: 2, tellings: 3, webhooks: 1 };
    await ringDeliveries(work, wakeUps);
    expect(wakeUps.waiting.get('deliveries')).toBe(7);
  });

  it('tells of tasks although triggers cannot be claimed', async () => {
    failing = new AppError('service_unavailable', 'Away.');
    due = { deliveries: 0, triggers: 1, tellings: 1, webhooks: 0 };
    expect([await work.next(), await work.next()]).toEqual([true, false]);
    expect([done, beats]).toEqual([['tellings'], 0]);
  });

  it('asks for the lease at once when a claim says that it is gone', async () => {
    failing = new AppError('lease_lost', 'Gone.');
    await work.next();
    expect(beats).toBe(1);
  });
});
