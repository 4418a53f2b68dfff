import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ApiPorts } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { PORTS } from '../tokens.ts';

export interface Readiness {
  readonly status: 'ready' | 'degraded';
  readonly checks: { readonly postgres: 'ok'; readonly redis: 'ok' | 'away' };
}

@Public()
@ApiExcludeController()
@Controller()
export class ProbesController {
  constructor(@Inject(PORTS) private readonly ports: ApiPorts) {}

  @Get('livez')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** A 202 needs PostgreSQL only: without Redis the api goes on, and tasks start up to a second later. */
  @Get('readyz')
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
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.ports.telemetry.metricsText();
    void reply.header('content-type', contentType);
    return body;
  }
}
