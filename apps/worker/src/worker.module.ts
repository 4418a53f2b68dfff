import type { WorkerConfig } from '@drydock/config';
import { ClaimGate, ExecuteTask, ForgeWork, WorkerSession } from '@drydock/engine';
import type { Tracing } from '@drydock/observability';
import { queueModuleOptions } from '@drydock/queue';
import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { DeliveriesProcessor } from './deliveries.processor.ts';
import { TasksProcessor } from './tasks.processor.ts';

export interface WorkerModuleParts {
  readonly config: WorkerConfig;
  readonly tracing: Tracing;
  readonly executeTask: ExecuteTask;
  readonly forgeWork: ForgeWork;
  readonly session: WorkerSession;
  readonly gate: ClaimGate;
}

/** The consumers of the queues. Everything they need was made before. */
@Module({})
export class WorkerModule {
  static of(parts: WorkerModuleParts): DynamicModule {
    const { config, tracing } = parts;
    return {
      module: WorkerModule,
      imports: [
        BullModule.forRoot(queueModuleOptions({ ...config.redis, telemetry: tracing.queueTelemetry })),
        // Without a queue: it brings the explorer that turns processors into BullMQ workers.
        BullModule.registerQueue(),
      ],
      providers: [
        { provide: ExecuteTask, useValue: parts.executeTask },
        { provide: ForgeWork, useValue: parts.forgeWork },
        { provide: WorkerSession, useValue: parts.session },
        { provide: ClaimGate, useValue: parts.gate },
        TasksProcessor,
        DeliveriesProcessor,
      ],
    };
  }
}
