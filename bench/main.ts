import { cpus, totalmem } from 'node:os';
import type { Bench, BenchRow } from './bench-row.ts';
import { orFailure, toTable } from './bench-row.ts';
import { bashToolBench } from './rows/bash-tool.ts';
import { collectBench } from './rows/collect.ts';
import { commandStartBench } from './rows/command-start.ts';
import { eventFanoutBench } from './rows/event-fanout/event-fanout.ts';
import { fairnessBench } from './rows/fairness.ts';
import { gatewayBench } from './rows/gateway.ts';
import { logLatencyBench } from './rows/log-latency.ts';
import { memoryBench } from './rows/memory.ts';
import { noopBench } from './rows/noop.ts';
import { pageLoadBench } from './rows/page-load.ts';
import { pullRequestCallsBench } from './rows/pull-request-calls.ts';
import { queueDepthBench } from './rows/queue-depth.ts';
import { recoveryBench } from './rows/recovery/recovery.ts';
import { soakBench } from './rows/soak/soak.ts';
import { startBench } from './rows/start.ts';
import { submitLoadBench } from './rows/submit-load.ts';
import { submitToStartBench } from './rows/submit-to-start.ts';
import { taskListBench } from './rows/task-list/task-list.ts';
import { throughputBench } from './rows/throughput/throughput.ts';
import { webhooksBench } from './rows/webhooks.ts';

const BENCHES: readonly Bench[] = [
  startBench,
  commandStartBench,
  submitLoadBench,
  submitToStartBench,
  noopBench,
  logLatencyBench,
  gatewayBench,
  bashToolBench,
  collectBench,
  memoryBench,
  recoveryBench,
  throughputBench,
  soakBench,
  fairnessBench,
  queueDepthBench,
  taskListBench,
  eventFanoutBench,
  pullRequestCallsBench,
  pageLoadBench,
  webhooksBench,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `No such bench: ${unknown.join(', ')}. There are: ${BENCHES.map((bench) => bench.name).join(', ')}`,
  );
  process.exit(2);
}
const chosen = BENCHES.filter((bench) => (wanted.length === 0 ? !bench.isLong : wanted.includes(bench.name)));
const leftOut = BENCHES.filter((bench) => wanted.length === 0 && bench.isLong).map(({ name }) => name);
if (leftOut.length > 0) console.error(`Left out, as they run for long; name them: ${leftOut.join(', ')}`);
const rows: BenchRow[] = [];
for (const bench of chosen) {
  const found = await orFailure(bench.name, bench.run);
  // At once: a later one may be stopped, or stop us
  if (chosen.length > 1) console.error(`\n${toTable(found)}\n`);
  rows.push(...found);
}
console.log(
  `${String(cpus().length)} cores (${cpus()[0]?.model ?? '?'}), ${String(Math.round(totalmem() / 1024 ** 3))} GiB, Node ${process.version}\n`,
);
console.log(toTable(rows));
process.exit(0);
