import { cpus, totalmem } from 'node:os';
import type { Bench, BenchRow } from './bench-row.ts';
import { toTable } from './bench-row.ts';
import { bashToolBench } from './rows/bash-tool.ts';
import { collectBench } from './rows/collect.ts';
import { gatewayBench } from './rows/gateway.ts';
import { logLatencyBench } from './rows/log-latency.ts';
import { memoryBench } from './rows/memory.ts';
import { noopBench } from './rows/noop.ts';
import { startBench } from './rows/start.ts';
import { submitLoadBench } from './rows/submit-load.ts';
import { submitToStartBench } from './rows/submit-to-start.ts';

const BENCHES: readonly Bench[] = [
  startBench,
  submitLoadBench,
  submitToStartBench,
  noopBench,
  logLatencyBench,
  gatewayBench,
  bashToolBench,
  collectBench,
  memoryBench,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `No such bench: ${unknown.join(', ')}. There are: ${BENCHES.map((bench) => bench.name).join(', ')}`,
  );
  process.exit(2);
}
const rows: BenchRow[] = [];
for (const bench of BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.error(`${bench.name} …`);
  rows.push(...(await bench.run()));
}
console.log(
  `${String(cpus().length)} cores (${cpus()[0]?.model ?? '?'}), ${String(Math.round(totalmem() / 1024 ** 3))} GiB, Node ${process.version}\n`,
);
console.log(toTable(rows));
process.exit(0);
