/** One event of a task as lines for people. */
const MAX_LINES = 12;

const indented = (text, mark = '  | ') => {
  const lines = text.trimEnd().split('\n');
  const shown =
    lines.length > MAX_LINES
      ? [...lines.slice(0, MAX_LINES), `... ${lines.length - MAX_LINES} more lines`]
      : lines;
  return shown.map((line) => `${mark}${line}`).join('\n');
};

const tool = ({ tool: name, input }) =>
  name === 'bash' ? `$ ${input.command}` : `${name} ${input.path ?? JSON.stringify(input)}`;

const DESCRIBE = {
  'task.queued': () => 'queued',
  'task.claimed': (event) => `claimed: attempt ${event.attempt}`,
  'task.released': () => 'given back to the queue',
  'task.finished': (event) => `finished: ${event.status ?? ''} ${event.outcome ?? ''}`.trimEnd(),
  'phase.started': (event) => `\n== ${event.phase}`,
  'phase.finished': (event) => `== ${event.phase}: ${Number(event.seconds).toFixed(1)} s`,
  log: (event) => indented(event.text),
  'agent.message': (event) => indented(event.text, '  agent: '),
  'agent.tool_call': (event) => `  ${tool(event)}`,
  'agent.tool_result': ({ output, exitCode }) =>
    // Only programs have exit codes; reading and editing files have none.
    exitCode === null ? indented(output) : `${indented(output)}\n  | -> exit ${exitCode}`,
  'model.call': (event) =>
    `  model ${event.model}: ${event.inputTokens} in, ${event.outputTokens} out, ${event.ms} ms`,
  'verify.result': (event) => `  verify: ${event.command} -> exit ${event.exitCode}`,
  'artifact.stored': (event) => `  stored ${event.name}, ${event.bytes} bytes`,
  notice: (event) => `  notice ${event.code}: ${event.message}`,
};

/** @returns the lines, or undefined for events that say nothing to somebody who watches. */
export function describeEvent(event) {
  return DESCRIBE[event.type]?.(event);
}
