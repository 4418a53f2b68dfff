import { NO_AIM, ratio, type Bench, type BenchRow } from '../../bench-row.ts';
import { bareRate } from './bare-loop.ts';
import { sandboxSpec, taskRate, type Fleet, type TaskRate } from './task-rate.ts';

/** The first three find the slots that fill the machine; the others share them out to more workers. */
const FLEETS: readonly Fleet[] = [
  { workers: 1, slots: 1 },
  { workers: 1, slots: 2 },
  { workers: 1, slots: 4 },
  { workers: 2, slots: 4 },
  { workers: 4, slots: 4 },
];
const LOOPS = [1, 2, 4];
/** An agent's and a collect's. */
const CONTAINERS_PER_TASK = 2;
/** Less than this is no growth. */
const GROWTH = 1.05;

const nameOf = ({ workers, slots }: Fleet): string =>
  `${String(workers)} worker${workers > 1 ? 's' : ''} with ${String(slots)} slot${slots > 1 ? 's' : ''}${workers > 1 ? ' each' : ''}`;

/** The first fleet that no later one is clearly faster than. */
const saturated = (rates: readonly TaskRate[]): TaskRate | undefined =>
  rates.find((rate, i) => rates.slice(i + 1).every((later) => later.perSecond < GROWTH * rate.perSecond));

const rowOf = (rate: TaskRate, bare: number): BenchRow => ({
  what: `no-op tasks, ${nameOf(rate)}`,
  measured: `${rate.perSecond.toFixed(2)} tasks/s (n = ${String(rate.ended)}), CPU ${(100 * rate.profile.busy).toFixed(0)} % busy`,
  bare: `pairs of bare containers, the best of ${LOOPS.join(', ')} loops: ${bare.toFixed(2)}/s; ${ratio(rate.perSecond, bare)}`,
  ...NO_AIM,
});

const endOfGrowth = (rates: readonly TaskRate[], bareRates: readonly number[]): BenchRow => {
  const end = saturated(rates);
  const most = Math.max(...rates.map(({ perSecond }) => perSecond));
  return {
    what: 'where no-op tasks/s stop growing',
    measured: end ? `${nameOf(end)}: ${end.perSecond.toFixed(2)} of at most ${most.toFixed(2)} tasks/s` : '?',
    bare: `bare pairs/s in ${LOOPS.join(', ')} loops: ${bareRates.map((each) => each.toFixed(2)).join(', ')}`,
    ...NO_AIM,
    ...(end && { below: `Where the CPU time goes with ${nameOf(end)}:\n\n${end.profile.table}` }),
  };
};

/** @param seconds - how long each fleet and each number of bare loops is measured. */
export const throughputRows = async (fleets: readonly Fleet[], seconds: number): Promise<BenchRow[]> => {
  const spec = await sandboxSpec();
  const bareRates: number[] = [];
  for (const loops of LOOPS) bareRates.push((await bareRate(spec, loops, seconds)) / CONTAINERS_PER_TASK);
  const rates: TaskRate[] = [];
  for (const fleet of fleets) rates.push(await taskRate(fleet, seconds));
  const bare = Math.max(...bareRates);
  return [...rates.map((rate) => rowOf(rate, bare)), endOfGrowth(rates, bareRates)];
};

export const throughputBench: Bench = {
  name: 'throughput',
  run: () => throughputRows(FLEETS, 30),
};
