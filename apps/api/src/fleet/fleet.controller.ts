import type { QueueView, WorkerList } from '@drydock/contracts';
import { Controller, Get, Inject } from '@nestjs/common';
import type { z } from 'zod';
import type { ApiPorts } from '../api-parts.ts';
import { NeedsScope } from '../auth/access.decorators.ts';
import { PORTS } from '../tokens.ts';
import { QueueDocs, WorkersDocs } from './fleet.docs.ts';

@Controller('v1')
export class FleetController {
  constructor(@Inject(PORTS) private readonly ports: ApiPorts) {}

  @Get('workers')
  @NeedsScope('admin')
  @WorkersDocs()
  async workers(): Promise<z.infer<typeof WorkerList>> {
    return { items: await this.ports.sessions.workers() };
  }

  @Get('queue')
  @NeedsScope('admin')
  @QueueDocs()
  queue(): Promise<QueueView> {
    return this.ports.sessions.queue();
  }
}
