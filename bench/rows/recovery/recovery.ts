import { orFailure, type Bench, type BenchRow } from '../../bench-row.ts';
import { apiRestartRow } from './api-restart.ts';
import { cancelRows } from './cancel.ts';
import { drainRow } from './drain.ts';
import { flushAllRow } from './flush-all.ts';
import { workerFaultRow } from './worker-faults.ts';

/** Each on an installation of its own, one after the other. */
const PARTS: readonly (readonly [what: string, measure: () => Promise<BenchRow[]>])[] = [
  ['SIGKILL of a worker', async () => [await workerFaultRow('SIGKILL', { rounds: 3, victims: 4 })]],
  ['SIGSTOP of a worker', async () => [await workerFaultRow('SIGSTOP', { rounds: 3, victims: 4 })]],
  ['cancel', () => cancelRows(10)],
  ['FLUSHALL', async () => [await flushAllRow({ pairs: 3, tasks: 100 })]],
  ['drain', async () => [await drainRow(3)]],
  ['restart of the api', async () => [await apiRestartRow({ perSecond: 100, phaseSeconds: 10 })]],
];

export const recoveryBench: Bench = {
  name: 'recovery',
  run: async () => {
    const rows: BenchRow[] = [];
    for (const [what, measure] of PARTS) rows.push(...(await orFailure(what, measure)));
    return rows;
  },
};
