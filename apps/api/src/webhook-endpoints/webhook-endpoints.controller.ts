import {
  WebhookEndpointChangeRequest,
  WebhookEndpointListQuery,
  WebhookEndpointRequest,
  type NewWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookEndpointPage,
} from '@drydock/contracts';
import { ManageWebhooks, type Caller } from '@drydock/engine';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { CurrentCaller, NeedsScope } from '../auth/access.decorators.ts';
import {
  ChangeWebhookEndpointDocs,
  CreateWebhookEndpointDocs,
  DeleteWebhookEndpointDocs,
  GetWebhookEndpointDocs,
  ListWebhookEndpointsDocs,
} from './webhook-endpoints.docs.ts';
import { webhookEndpointIdOf, webhookEndpointView } from './webhook-endpoint-views.ts';

@Controller('v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(private readonly manage: ManageWebhooks) {}

  @Get()
  @NeedsScope('tasks:read')
  @ListWebhookEndpointsDocs()
  async list(
    @Query({ schema: WebhookEndpointListQuery }) query: WebhookEndpointListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<z.infer<typeof WebhookEndpointPage>> {
    const { items, next } = await this.manage.list(caller, query);
    return { items: items.map(webhookEndpointView), next };
  }

  @Post()
  @NeedsScope('tasks:write')
  @CreateWebhookEndpointDocs()
  async create(
    @Body({ schema: WebhookEndpointRequest }) body: WebhookEndpointRequest,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewWebhookEndpoint> {
    const { endpoint, secret } = await this.manage.create(caller, body);
    // With its secret, this is for nobody's cache.
    void reply.headers({ location: `/v1/webhook-endpoints/${endpoint.id}`, 'cache-control': 'no-store' });
    return { ...webhookEndpointView(endpoint), secret };
  }

  @Get(':id')
  @NeedsScope('tasks:read')
  @GetWebhookEndpointDocs()
  async get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<WebhookEndpoint> {
    return webhookEndpointView(await this.manage.get(caller, webhookEndpointIdOf(id)));
  }

  @Patch(':id')
  @NeedsScope('tasks:write')
  @ChangeWebhookEndpointDocs()
  async change(
    @Param('id') id: string,
    @Body({ schema: WebhookEndpointChangeRequest }) body: WebhookEndpointChangeRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<WebhookEndpoint> {
    return webhookEndpointView(await this.manage.change(caller, webhookEndpointIdOf(id), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsScope('tasks:write')
  @DeleteWebhookEndpointDocs()
  remove(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    return this.manage.remove(caller, webhookEndpointIdOf(id));
  }
}
