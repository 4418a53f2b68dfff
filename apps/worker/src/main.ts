import 'reflect-metadata';
import { loadWorkerConfig, type WorkerConfig } from '@drydock/config';
import { assertOneHandlerEach } from '@drydock/contracts';
import { ClaimGate, ExecuteTask, Reaper } from '@drydock/engine';
import { createTelemetry, logProcessFaults, startTracing } from '@drydock/observability';
import { NestFactory } from '@nestjs/core';
import { serveHealth } from './health-server.ts';
import { openAdapters, type WorkerAdapters } from './open-adapters.ts';
import { describeSession } from './open-session.ts';
import { refuseUnfitHost } from './refuse-unfit-host.ts';
import { TasksProcessor } from './tasks.processor.ts';
import { WorkerLife } from './worker-life.ts';
import { WorkerModule } from './worker.module.ts';

const secretsOf = (config: WorkerConfig): string[] =>
  [config.models.openai?.apiKey, config.models.anthropic?.apiKey].filter(
    (key): key is string => typeof key === 'string',
  );

const readiness =
  (adapters: WorkerAdapters, gate: ClaimGate, life: WorkerLife) => async (): Promise<string[]> => {
    const problems = [...gate.problems];
    await adapters.sessions.ping().catch(() => problems.push('PostgreSQL does not answer'));
    if (!life.isClaiming) problems.push('this worker does not claim');
    return problems;
  };

const start = async (): Promise<void> => {
  const config = loadWorkerConfig();
  refuseUnfitHost();
  const identity = { service: 'drydock-worker', version: config.version, instance: config.worker.id };
  const tracing = await startTracing({ isOn: config.telemetry.tracing, ...identity });
  const secrets = secretsOf(config);
  const telemetry = createTelemetry({ ...identity, level: config.telemetry.logLevel, secrets });
  logProcessFaults(telemetry.log);
  const adapters = await openAdapters(config, telemetry, tracing);
  const { ports, sessions, wakeUps } = adapters;
  const session = describeSession(config, sessions, telemetry.log);
  const gate = new ClaimGate(ports.sandboxes, ports.workspaces);
  const { allowedImages, allowFullNetwork } = config.policy;
  const settings = {
    rules: { allowedImages, allowFullNetwork, hostCpus: adapters.hostCpus },
    defaultModel: config.models.defaultModel,
    secrets,
  };
  const executeTask = new ExecuteTask(ports, settings, session);
  const life = new WorkerLife({
    session,
    sessions,
    wakeUps,
    reaper: new Reaper({ sessions, sandboxes: ports.sandboxes, workspaces: ports.workspaces, session }),
    gate,
    log: telemetry.log,
    drainSeconds: config.worker.drainSeconds,
  });
  const app = await NestFactory.createApplicationContext(
    WorkerModule.of({ config, tracing, executeTask, session, gate }),
    { logger: ['error', 'warn'] },
  );
  const { worker } = app.get(TasksProcessor);
  worker.concurrency = config.worker.concurrency;
  assertOneHandlerEach(['task.execute'], [{ job: 'task.execute', owner: TasksProcessor.name }]);

  const health = await serveHealth(config.worker.port, {
    problems: readiness(adapters, gate, life),
    metrics: () => telemetry.metricsText(),
  });
  await life.start({ run: () => void worker.run(), pause: () => worker.pause(true) });
  telemetry.log.info({ port: health.port, concurrency: config.worker.concurrency }, 'worker ready');

  const end = async (signal: string): Promise<void> => {
    telemetry.log.info({ signal }, 'worker ends');
    await life.drain();
    await app.close();
    await Promise.all([health.close(), adapters.close()]);
    await tracing.shutdown();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal));
};

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
