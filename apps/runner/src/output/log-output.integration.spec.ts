import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunnerJob } from '@drydock/contracts';
import { eventually } from '@drydock/testing';
import { openRunnerRig, type LiveRunner, type RunnerRig } from '../testing/bundled-runner.ts';

let rig: RunnerRig;
beforeAll(async () => {
  rig = await openRunnerRig();
});
afterAll(() => rig.close());

const commands = (...list: string[]): RunnerJob => ({ kind: 'commands', commands: list });
const dropped = (runner: LiveRunner): number =>
  runner.of('log_dropped').reduce((sum, { bytes }) => sum + bytes, 0);
const peakMb = (runner: LiveRunner): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(runner.pid)}/status`, 'utf8'))?.[1]) / 1024;

describe('console output', () => {
  it('loses nothing below its cap, however fast it comes', async () => {
    const command = "head -c 12000000 /dev/zero | tr '\\0' 'x'";
    const { runner } = await rig.run(rig.folder(), { job: commands(command), maxLogBytes: 50e6 });
    expect(runner.log().length).toBe(12_000_000 + command.length + 3);
    expect(runner.of('log').every(({ text }) => text.length <= 65_536)).toBe(true);
    expect(dropped(runner)).toBe(0);
  });

  it('is counted beyond its cap, never held up, and with flat memory', async () => {
    const runner = rig.launch(rig.folder());
    runner.start({
      job: commands(
        "head -c 3000000000 /dev/zero | tr '\\0' '\\n'; echo pause; read -t 1 < <(sleep 1) || true",
      ),
      maxLogBytes: 1e6,
    });
    const before = performance.now();
    await runner.until((r) => dropped(r) > 2.9e9 || r.of('command_finished').length > 0);
    // Of 3 GB; how much waits for a collection depends on how busy the machine is.
    expect(peakMb(runner)).toBeLessThan(256);
    expect((await runner.done()).ok).toBe(true);
    expect(runner.log().length).toBeLessThan(1.1e6);
    expect(dropped(runner)).toBe(3_000_000_006 - 1e6);
    // Some seconds; a pipe that is held up by what nobody takes would need minutes.
    expect(performance.now() - before).toBeLessThan(100_000);
  });

  it('keeps characters whole across pieces, and replaces what is none', async () => {
    const { runner } = await rig.run(rig.folder(), {
      job: commands("printf '\\xf0\\x9f'; sleep 0.1; printf '\\x98\\x80\\xff.'; yes 😀 | head -c 400000"),
    });
    expect(runner.log()).toContain('😀\ufffd.');
    for (const { text } of runner.of('log')) expect(text.isWellFormed()).toBe(true);
  });

  it('arrives at once, and as few messages when it is chatty', async () => {
    const startedAt = performance.now();
    const { runner } = await rig.run(rig.folder(), {
      job: commands('for i in $(seq 20000); do echo $i; done'),
    });
    expect(runner.log()).toContain('\n19999\n20000\n');
    // One every 20 ms at most, and not one for each line.
    expect(runner.of('log').length).toBeLessThan(50 + (performance.now() - startedAt) / 10);
  });

  it('does not hold a child up for a worker that reads nothing', async () => {
    const runner = rig.launch(rig.folder());
    await runner.until((r) => r.messages.length > 0);
    runner.stopReading();
    const folder = rig.folder();
    const done = `${folder}/done`;
    runner.start({
      job: commands(`head -c 300000000 /dev/zero | tr '\\0' 'y'; date > ${done}`),
      maxLogBytes: 200e6,
    });
    await eventually(() => existsSync(done));
    expect(peakMb(runner)).toBeLessThan(200);
    runner.readAgain();
    expect((await runner.done()).ok).toBe(true);
    expect(dropped(runner)).toBeGreaterThan(200e6);
  });

  it('keeps binary rubbish within the line bound', async () => {
    const { runner } = await rig.run(rig.folder(), {
      job: commands('head -c 500000 /dev/zero; head -c 500000 /dev/urandom'),
      maxLogBytes: 2e6,
    });
    expect(runner.longestLine).toBeLessThanOrEqual(512 * 1024);
  });
});
