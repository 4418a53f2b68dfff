import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { effectiveLimits } from '@drydock/domain';
import { OBEDIENT_SHELL, tell, textOf } from '@drydock/engine/testing';
import { eventually } from '@drydock/testing';
import { SandboxBench, SHELL } from '../testing/sandbox-bench.ts';

const MIB = 1024 ** 2;

describe('The limits of a sandbox', () => {
  let bench: SandboxBench;
  beforeEach(async () => {
    bench = await SandboxBench.open(SHELL);
  });
  afterEach(() => bench.close());

  it('stop a fork bomb at its number of processes, and the next sandbox runs', async () => {
    const limits = effectiveLimits({ pids: 112, memoryMb: 512, cpus: 1, diskMb: 50 });
    const plan = await bench.aPlan({ limits }); // 128 with the runner's own share
    const bomb = "python3 -c 'import os, time\nfor i in range(4000):\n  if os.fork() == 0: time.sleep(60)'";
    const text = await bench.run(plan, `eval $'${bomb.replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`);
    expect(text).toContain('Resource temporarily unavailable');
    expect(await bench.run(await bench.aPlan(), 'echo fine')).toBe('fine');
  });

  it('kill a memory hog and say so, also when the memory is hidden in /tmp', async () => {
    const plan = await bench.aPlan();
    const running = await bench.start(plan);
    tell(running, `exec python3 -c 'b"x" * (4 << 30)'`);
    expect(await running.wait()).toEqual({ exitCode: 137, oomKilled: true });
    const full = await bench.run(await bench.aPlan(), 'head -c 1G /dev/zero > /tmp/big || echo refused');
    expect(full).toContain('refused');
  });

  it('do not let a flood that nobody reads grow the memory of the worker', async () => {
    const flooded = await SandboxBench.open(OBEDIENT_SHELL);
    const plan = await flooded.aPlan();
    await flooded.run(plan, 'say warm');
    const before = process.memoryUsage().rss;
    const running = await flooded.start(plan);
    tell(running, 'flood 500', 'exit 0');
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
    expect(await running.wait()).toMatchObject({ exitCode: 0 });
    clearInterval(watch);
    expect(peak - before).toBeLessThan(150 * MIB);
    expect(Buffer.byteLength(await textOf(running.output))).toBeLessThan(8 * MIB);
    await flooded.close();
  });

  it('notice the disk that a running sandbox fills', async () => {
    const plan = await bench.aPlan();
    const running = await bench.start(plan);
    tell(running, 'head -c 60M /dev/zero > "$HOME/big"; sleep 60');
    await eventually(async () => (await bench.workspaces.diskUse(plan.key)).exceeded);
    await running.kill();
    expect((await running.wait()).exitCode).toBe(137);
  });
});
