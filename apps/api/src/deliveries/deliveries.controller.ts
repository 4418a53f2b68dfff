import { DeliveryRequest, DeliveryRetryRequest, type Delivery } from '@drydock/contracts';
import { deliveryView, OrderDelivery } from '@drydock/engine';
import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerOf, NeedsScope } from '../auth/access.decorators.ts';
import { optionalBody } from '../http/optional-body.ts';
import { taskIdOf } from '../tasks/task-id.ts';
import { OrderDeliveryDocs, RetryDeliveryDocs } from './deliveries.docs.ts';
import { deliveryIdOf } from './delivery-id.ts';

@NeedsScope('tasks:write')
@Controller('v1')
export class DeliveriesController {
  constructor(private readonly orders: OrderDelivery) {}

  @Post('tasks/:id/deliveries')
  @HttpCode(202)
  @OrderDeliveryDocs()
  async order(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Delivery> {
    const { teamId } = callerOf(request);
    const wish = optionalBody(DeliveryRequest, request.body);
    return deliveryView(await this.orders.order(teamId, taskIdOf(id), wish));
  }

  @Post('deliveries/:id/retry')
  @HttpCode(202)
  @RetryDeliveryDocs()
  async retry(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Delivery> {
    const { teamId } = callerOf(request);
    const { source } = optionalBody(DeliveryRetryRequest, request.body);
    return deliveryView(await this.orders.retry(teamId, deliveryIdOf(id), source?.git.token ?? null));
  }
}
