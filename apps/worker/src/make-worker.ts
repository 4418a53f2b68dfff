import type { WorkerConfig } from '@drydock/config';
import {
  ClaimGate,
  ExecuteTask,
  Reaper,
  Retention,
  WorkerSession,
  type ForgeWork,
  type Log,
} from '@drydock/engine';
import { join } from 'node:path';
import type { WorkerAdapters } from './open-adapters.ts';
import { describeSession } from './describe-session.ts';
import { forgeWorkOf } from './forge-work-of.ts';
import { gateNeeds } from './gate-needs.ts';
import { secretsOf } from './secrets-of.ts';
import { WorkerLife } from './worker-life.ts';

/** The use cases of one worker process. */
export interface Worker {
  readonly executeTask: ExecuteTask;
  readonly forgeWork: ForgeWork;
  readonly session: WorkerSession;
  readonly gate: ClaimGate;
  readonly life: WorkerLife;
  /** What is wrong with it; empty when it is ready. */
  readonly problems: () => Promise<readonly string[]>;
}

/** Wires the use cases of a worker from its adapters. */
export const makeWorker = (config: WorkerConfig, adapters: WorkerAdapters, log: Log): Worker => {
  const { ports, sessions, wakeUps, hostCpus, deliveries } = adapters;
  const { sandboxes, workspaces } = ports;
  const { allowedImages, allowFullNetwork } = config.policy;
  const session = new WorkerSession({
    store: sessions,
    attempts: ports.attempts,
    describe: () => describeSession(config),
    log,
  });
  const gate = new ClaimGate(
    gateNeeds(config.worker, {
      sandboxes,
      workspaces,
      artifacts: ports.artifacts,
      artifactsDirectory: join(config.dataDirectory, 'artifacts'),
    }),
  );
  const reaper = new Reaper({ sessions, sandboxes, workspaces, session, log });
  const forgeWork = forgeWorkOf(config, adapters, { session, log });
  const life = new WorkerLife({
    session,
    deliveries,
    forgeWork,
    publisher: adapters.publisher,
    sessions,
    attempts: ports.attempts,
    wakeUps,
    reaper,
    gate,
    retention: new Retention({
      ...adapters.retention,
      artifacts: ports.artifacts,
      webhooks: adapters.webhooks.outbox,
      instanceId: () => sessions.instanceId(),
      rules: config.retention,
      figures: ports.telemetry,
      log,
    }),
    retentionEveryMs: config.retention.everyMs,
    artifacts: ports.artifacts,
    telemetry: ports.telemetry,
    log,
    drainSeconds: config.worker.drainSeconds,
  });
  const settings = {
    rules: { allowedImages, allowFullNetwork, hostCpus },
    defaultModel: config.models.defaultModel,
    secrets: secretsOf(config),
  };
  const problems = async (): Promise<readonly string[]> => {
    const found = [...gate.problems];
    await sessions.ping().catch(() => found.push('PostgreSQL does not answer'));
    if (!life.isClaiming) found.push('this worker does not claim');
    return found;
  };
  const executeTask = new ExecuteTask(ports, settings, session);
  return { executeTask, forgeWork, session, gate, life, problems };
};
