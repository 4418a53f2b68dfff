import type { NetworkPolicy } from '@drydock/contracts';
import { OPERATOR_LIMITS } from '@drydock/domain';
import type { GatewayEndpoint } from '../ports/gateway.ts';
import type { AttemptContext } from './attempt-context.ts';
import type { AttemptPlan } from './attempt-plan.ts';
import { watchDisk } from './disk-watch.ts';
import { PhaseLog } from './phase-log.ts';
import { planPhase } from './phase-plans.ts';
import { runPhase, type PhaseEnd } from './phase-run.ts';
import type { PreparedSandboxes } from './prepared-sandboxes.ts';
import type { ParsedMessage } from './protocol-lines.ts';
import { sandboxEnvironment } from './sandbox-environment.ts';

export interface CommandsRequest {
  readonly phase: 'setup' | 'verify';
  readonly commands: readonly string[];
  readonly network: NetworkPolicy;
  readonly seconds: number;
  readonly logName: string;
  readonly onCommand: (result: { index: number; exitCode: number | null; seconds: number }) => void;
}

const openEgress = async (
  context: AttemptContext,
  request: CommandsRequest,
): Promise<GatewayEndpoint | null> =>
  request.network.mode === 'allowlist'
    ? context.ports.gateway.open({
        key: context.key,
        phase: request.phase,
        llm: null,
        egress: { allow: request.network.allow },
        onNotice: (notice) => {
          context.events.add('notice', notice);
        },
      })
    : null;

/** What every phase makes of the runner's words about output and faults. */
export const logMessage = (context: AttemptContext, log: PhaseLog, message: ParsedMessage): void => {
  if (message.type === 'log') log.write(message.stream, message.text);
  if (message.type === 'notice')
    context.events.add('notice', { code: message.code, message: message.message });
  if (message.type === 'log_dropped')
    context.events.add('notice', {
      code: 'log_truncated',
      message: `${String(message.bytes)} bytes of console output were dropped.`,
    });
};

/** Runs a list of commands in a fresh container of the client's image. */
export const runCommands = async (
  context: AttemptContext,
  plan: AttemptPlan,
  tools: { prepared: PreparedSandboxes; request: CommandsRequest },
): Promise<PhaseEnd> => {
  const { prepared, request } = tools;
  const { ports, key } = context;
  // First of all: whatever is opened after it is closed below, come what may.
  const endpoint = await openEgress(context, request);
  const log = new PhaseLog({
    phase: request.phase,
    events: context.events,
    file: ports.spool.open(key, request.logName),
    allowance: context.logAllowance,
    redactor: context.redactor,
  });
  const phasePlan = planPhase(context, plan, { phase: request.phase, network: request.network });
  const disk = watchDisk(context);
  try {
    return await runPhase({
      phase: request.phase,
      created: prepared.take(phasePlan, context.signal),
      start: {
        job: { kind: 'commands', commands: [...request.commands] },
        maxLogBytes: OPERATOR_LIMITS.maxLogBytes,
        ...sandboxEnvironment(false, request.network),
      },
      seconds: request.seconds,
      signal: AbortSignal.any([context.signal, disk.signal]),
      onMessage: (message) => {
        logMessage(context, log, message);
        if (message.type === 'command_finished') request.onCommand(message);
      },
    });
  } finally {
    disk.stop();
    await Promise.all([endpoint?.close(), log.close()]);
  }
};
