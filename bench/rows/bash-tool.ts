import { docker } from './bare-docker.ts';
import { startSystem } from '../../e2e/system/start-system.ts';
import { ms, type Bench } from '../bench-row.ts';
import { median } from '../statistics.ts';
import { publishSample } from './sample-repository.ts';

const CALLS = 50;

const bareExec = async (): Promise<number[]> => {
  const container = await docker.createContainer({
    Image: 'drydock/toolbox:1',
    Cmd: ['sleep', '600'],
    HostConfig: { NetworkMode: 'none', Init: true },
  });
  await container.start();
  try {
    const times: number[] = [];
    for (let run = 0; run < 20; run++) {
      const begin = performance.now();
      const exec = await container.exec({ Cmd: ['true'], AttachStdout: true });
      const stream = await exec.start({});
      await new Promise((resolve) => stream.resume().once('end', resolve));
      times.push(performance.now() - begin);
    }
    return times;
  } finally {
    await container.remove({ force: true });
  }
};

const script = {
  turns: [
    // Each a little different: the agent would call the same again and again being stuck.
    ...Array.from({ length: CALLS }, (_, index) => ({
      toolCalls: [{ name: 'bash', arguments: { command: `true ${String(index)}` } }],
    })),
    { toolCalls: [{ name: 'finish', arguments: { summary: 'done' } }] },
  ],
};

/** Milliseconds between the call's and the result's event, each stamped when the worker read it from the sandbox. */
const toolTimes = (events: readonly Record<string, unknown>[]): number[] => {
  const at = (event: Record<string, unknown>): number => Date.parse(String(event['at']));
  const calls = new Map(
    events
      .filter((event) => event['type'] === 'agent.tool_call' && event['tool'] === 'bash')
      .map((event) => [event['callId'], at(event)]),
  );
  return events
    .filter((event) => event['type'] === 'agent.tool_result' && calls.has(event['callId']))
    .map((event) => at(event) - (calls.get(event['callId']) ?? 0));
};

export const bashToolBench: Bench = {
  name: 'bash-tool',
  run: async () => {
    const system = await startSystem({ script });
    try {
      const url = await publishSample(system, 'small', 100);
      const { id } = await system.client.submit({ source: { git: { url } }, description: 'bench' });
      await system.client.wait(id);
      const times = toolTimes(await system.client.events(id));
      const bare = await bareExec();
      const [p50, bareP50] = [median(times), median(bare)];
      return [
        {
          what: `bash tool call of true in the built-in agent (${String(times.length)} calls)`,
          measured: `p50 ${ms(p50)}`,
          bare: `docker exec: p50 ${ms(bareP50)}; ${(bareP50 / Math.max(p50, 0.5)).toFixed(0)} × faster`,
          aim: '≤ 5 ms, ≥ 10 × faster',
          isMet: p50 <= 5 && bareP50 >= 10 * p50,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};
