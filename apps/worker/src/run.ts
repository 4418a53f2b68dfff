import { loadWorkerConfig, type WorkerConfig } from '@drydock/config';
import { endOnSignals } from './end-on-signals.ts';
import { armCrashPoint } from '@drydock/domain';
import { assertOneHandlerEach } from '@drydock/contracts';
import { createTelemetry, logProcessFaults, startTracing, type Tracing } from '@drydock/observability';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DeliveriesProcessor } from './deliveries.processor.ts';
import { makeWorker, type Worker } from './make-worker.ts';
import { openAdapters } from './open-adapters.ts';
import { refuseUnfitHost } from './refuse-unfit-host.ts';
import { secretsOf } from './secrets-of.ts';
import { serveHealth } from './health-server.ts';
import { TasksProcessor } from './tasks.processor.ts';
import type { Consumer } from './worker-life.ts';
import { waitForServices } from './wait-for-services.ts';
import { WorkerModule } from './worker.module.ts';

const HANDLERS = [
  { job: 'task.execute', owner: TasksProcessor.name },
  { job: 'delivery.perform', owner: DeliveriesProcessor.name },
] as const;

const startConsumers = async (
  config: WorkerConfig,
  tracing: Tracing,
  worker: Worker,
): Promise<{ app: INestApplicationContext; consumer: Consumer }> => {
  assertOneHandlerEach(['task.execute', 'delivery.perform'], HANDLERS);
  Logger.overrideLogger(['error', 'warn']);
  const app = await NestFactory.createApplicationContext(WorkerModule.of({ config, tracing, ...worker }));
  const { worker: tasks } = app.get(TasksProcessor);
  const { worker: deliveries } = app.get(DeliveriesProcessor);
  tasks.concurrency = config.worker.concurrency;
  deliveries.concurrency = config.worker.deliveryConcurrency;
  const both = [tasks, deliveries];
  return {
    app,
    consumer: {
      run: () => {
        for (const queue of both) void queue.run();
      },
      pause: async () => {
        await Promise.all(both.map((queue) => queue.pause(true)));
      },
      resume: () => {
        for (const queue of both) void queue.resume();
      },
    },
  };
};

/** From configuration to claiming; ends by SIGTERM or SIGINT after a bounded drain. @throws AppError `config_error`. */
export const run = async (): Promise<void> => {
  const config = loadWorkerConfig();
  refuseUnfitHost();
  armCrashPoint(config.crash.crashPoint, () => process.kill(process.pid, 'SIGKILL'));
  const identity = { service: 'drydock-worker', version: config.version, instance: config.worker.id };
  const tracing = await startTracing({ isOn: config.telemetry.tracing, ...identity });
  const telemetry = createTelemetry({
    ...identity,
    level: config.telemetry.logLevel,
    secrets: secretsOf(config),
  });
  logProcessFaults(telemetry.log);
  await waitForServices(config, telemetry.log);
  const adapters = await openAdapters(config, telemetry, tracing);
  const worker = makeWorker(config, adapters, telemetry.log);
  const { app, consumer } = await startConsumers(config, tracing, worker);
  const health = await serveHealth(config.worker.port, {
    problems: worker.problems,
    metrics: () => telemetry.metricsText(),
  });
  await worker.life.start(consumer);
  telemetry.log.info({ port: health.port, concurrency: config.worker.concurrency }, 'claiming');

  endOnSignals({
    drain: async () => {
      await worker.life.drain();
      return async () => {
        await Promise.all([app.close(), health.close(), adapters.close()]);
        await tracing.shutdown();
      };
    },
    hurry: () => {
      worker.life.hurry();
    },
    log: telemetry.log,
  });
};
