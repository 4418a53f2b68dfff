import type { Bench } from '../../bench-row.ts';
import { apiRestartRow } from './api-restart.ts';
import { cancelRows } from './cancel.ts';
import { drainRow } from './drain.ts';
import { flushAllRow } from './flush-all.ts';
import { workerFaultRow } from './worker-faults.ts';

export const recoveryBench: Bench = {
  name: 'recovery',
  run: async () => [
    await workerFaultRow('SIGKILL', { rounds: 3, victims: 4 }),
    await workerFaultRow('SIGSTOP', { rounds: 3, victims: 4 }),
    ...(await cancelRows(10)),
    await flushAllRow({ pairs: 3, tasks: 100 }),
    await drainRow(3),
    await apiRestartRow({ perSecond: 100, phaseSeconds: 10 }),
  ],
};
