/** The end of the demo: the patch, the verify result, and where everything is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const heading = (text) => `\n-- ${text} ${'-'.repeat(Math.max(0, 100 - text.length))}`;

/** Copies all artifacts of the task into `folder`, as the demo's api and store end with the demo. */
export async function keepArtifacts(client, task, folder) {
  mkdirSync(folder, { recursive: true });
  for (const { name } of await client.artifacts(task.id)) {
    writeFileSync(join(folder, name), await client.artifact(task.id, name));
  }
  writeFileSync(join(folder, 'task.json'), `${JSON.stringify(task, null, 2)}\n`);
}

const verifyLines = (task) =>
  task.verify?.length
    ? task.verify.map(
        ({ command, exitCode, seconds }) => `  ${command}: exit ${exitCode}, ${Number(seconds).toFixed(1)} s`,
      )
    : ['  not run'];

const costOf = ({ usage, agent }) => {
  if (usage.costUsd === null) return 'unknown';
  return `${usage.costUsd} USD${agent?.model === 'scripted' ? ' by a made-up price' : ''}`;
};

/** Prints the result. `patch` is bytes and is written as such. */
export function showResult(task, patch, folder) {
  console.log(heading('diff.patch'));
  process.stdout.write(patch);
  console.log(heading('verification, by the platform in a fresh container'));
  console.log(verifyLines(task).join('\n'));
  console.log(heading('result'));
  const { usage } = task;
  console.log(
    `  ${task.id}: ${task.status}, ${task.outcome}${task.error ? ` (${task.error.code}: ${task.error.message})` : ''}`,
  );
  console.log(
    `  model calls ${usage.modelCalls}, tokens ${usage.inputTokens} in / ${usage.outputTokens} out, cost ${costOf(task)}`,
  );
  console.log(`  patch, logs, prompts: ${folder}`);
  console.log(`  to apply the patch in a copy of the repository: git apply ${join(folder, 'diff.patch')}`);
}

/** Whether the demo did what it promises: a patch that the platform's own run of the tests approves. */
export const isVerified = (task) =>
  task.status === 'succeeded' &&
  task.outcome === 'changed' &&
  task.verify?.length > 0 &&
  task.verify.every(({ exitCode }) => exitCode === 0);
