import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ApiPorts } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { PORTS } from '../tokens.ts';
import { FreshCheck } from './fresh-check.ts';
import { LiveDocs, MetricsDocs, ReadyDocs, type Readiness } from './probes.docs.ts';

@Public()
@Controller()
export class ProbesController {
  readonly #artifacts: FreshCheck;

  constructor(@Inject(PORTS) private readonly ports: ApiPorts) {
    this.#artifacts = new FreshCheck(() => ports.artifacts.check());
  }

  @Get('livez')
  @LiveDocs()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** A 202 for a git URL needs PostgreSQL only: without Redis, or with a full disk for files, the api goes on. */
  @Get('readyz')
  @ReadyDocs()
  async ready(): Promise<Readiness> {
    const redis = this.ports.wakeUps.ping().then(
      () => 'ok' as const,
      () => 'away' as const,
    );
    const artifacts = this.#artifacts.isPassed();
    await this.ports.sessions.ping();
    const checks = {
      postgres: 'ok' as const,
      redis: await redis,
      artifacts: (await artifacts) ? ('ok' as const) : ('failing' as const),
    };
    const isWhole = checks.redis === 'ok' && checks.artifacts === 'ok';
    return { status: isWhole ? 'ready' : 'degraded', checks };
  }

  @Get('metrics')
  @MetricsDocs()
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.ports.telemetry.metricsText();
    void reply.header('content-type', contentType);
    return body;
  }
}
