import type { WebhookReceipt } from '@drydock/contracts';
import { MAX_WEBHOOK_BYTES, ReceiveWebhook } from '@drydock/engine';
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/access.decorators.ts';
import { BodyRoom } from './body-room.ts';
import { readBytes } from './read-bytes.ts';
import { GithubWebhookDocs } from './webhooks.docs.ts';

const one = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

/** Open to everybody: what counts is the signature. */
@Public()
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly receive: ReceiveWebhook,
    private readonly room: BodyRoom,
  ) {}

  @Post('github')
  @HttpCode(202)
  @GithubWebhookDocs()
  async github(@Req() request: FastifyRequest): Promise<WebhookReceipt> {
    const { headers } = request;
    const seat = this.room.seat();
    try {
      return await this.receive.run({
        guid: one(headers['x-github-delivery']),
        event: one(headers['x-github-event']),
        signature: one(headers['x-hub-signature-256']),
        address: request.ip,
        read: () => readBytes(request.body, MAX_WEBHOOK_BYTES, seat),
      });
    } finally {
      seat.leave();
    }
  }
}
