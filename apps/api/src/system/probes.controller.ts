import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ApiPorts } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { PORTS } from '../tokens.ts';
import { LiveDocs, MetricsDocs, ReadyDocs, type Readiness } from './probes.docs.ts';

@Public()
@Controller()
export class ProbesController {
  constructor(@Inject(PORTS) private readonly ports: ApiPorts) {}

  @Get('livez')
  @LiveDocs()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** A 202 needs PostgreSQL only: without Redis the api goes on, and tasks start up to a second later. */
  @Get('readyz')
  @ReadyDocs()
  async ready(): Promise<Readiness> {
    const redis = this.ports.wakeUps.ping().then(
      () => 'ok' as const,
      () => 'away' as const,
    );
    await this.ports.sessions.ping();
    const checks = { postgres: 'ok' as const, redis: await redis };
    return { status: checks.redis === 'ok' ? 'ready' : 'degraded', checks };
  }

  @Get('metrics')
  @MetricsDocs()
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.ports.telemetry.metricsText();
    void reply.header('content-type', contentType);
    return body;
  }
}
