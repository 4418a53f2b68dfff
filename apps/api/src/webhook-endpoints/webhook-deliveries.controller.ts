import {
  RotateSecretRequest,
  WebhookDeliveryListQuery,
  type NewWebhookEndpoint,
  type WebhookDelivery,
  type WebhookDeliveryPage,
} from '@drydock/contracts';
import { ManageWebhooks, type Caller } from '@drydock/engine';
import { Controller, Get, Header, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { CurrentCaller, NeedsScope } from '../auth/access.decorators.ts';
import { optionalBody } from '../http/optional-body.ts';
import {
  ListWebhookDeliveriesDocs,
  RedeliverWebhookDocs,
  RotateSecretDocs,
  TestWebhookEndpointDocs,
} from './webhook-endpoints.docs.ts';
import {
  webhookDeliveryView,
  webhookEndpointIdOf,
  webhookEndpointView,
  webhookMessageIdOf,
} from './webhook-endpoint-views.ts';

/** What is sent to an endpoint, and what it is signed with. */
@Controller('v1/webhook-endpoints/:id')
export class WebhookDeliveriesController {
  constructor(private readonly manage: ManageWebhooks) {}

  @Post('rotate-secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @NeedsScope('tasks:write')
  @RotateSecretDocs()
  async rotate(
    @Param('id') id: string,
    @Req() { body }: FastifyRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<NewWebhookEndpoint> {
    const request = optionalBody(RotateSecretRequest, body);
    const { endpoint, secret } = await this.manage.rotate(caller, webhookEndpointIdOf(id), request);
    return { ...webhookEndpointView(endpoint), secret };
  }

  @Post('test')
  @HttpCode(202)
  @NeedsScope('tasks:write')
  @TestWebhookEndpointDocs()
  async test(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<WebhookDelivery> {
    return webhookDeliveryView(await this.manage.test(caller, webhookEndpointIdOf(id)));
  }

  @Get('deliveries')
  @NeedsScope('tasks:read')
  @ListWebhookDeliveriesDocs()
  async list(
    @Param('id') id: string,
    @Query({ schema: WebhookDeliveryListQuery }) query: WebhookDeliveryListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<z.infer<typeof WebhookDeliveryPage>> {
    const { items, next } = await this.manage.messages(caller, webhookEndpointIdOf(id), query);
    return { items: items.map(webhookDeliveryView), next };
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  @NeedsScope('tasks:write')
  @RedeliverWebhookDocs()
  async redeliver(
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<WebhookDelivery> {
    const [endpoint, message] = [webhookEndpointIdOf(id), webhookMessageIdOf(deliveryId)];
    return webhookDeliveryView(await this.manage.redeliver(caller, endpoint, message));
  }
}
