import { DeliveryRequest, DeliveryRetryRequest, type Delivery } from '@drydock/contracts';
import { deliveryView, OrderDelivery } from '@drydock/engine';
import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { callerOf, NeedsScope } from '../auth/access.decorators.ts';
import { invalidInput } from '../http/input-issues.ts';
import { taskIdOf } from '../tasks/task-id.ts';
import { OrderDeliveryDocs, RetryDeliveryDocs } from './deliveries.docs.ts';
import { deliveryIdOf } from './delivery-id.ts';

/** Both routes do without a body, too. */
const parse = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  return parsed.data;
};

@NeedsScope('tasks:write')
@Controller('v1')
export class DeliveriesController {
  constructor(private readonly orders: OrderDelivery) {}

  @Post('tasks/:id/deliveries')
  @HttpCode(202)
  @OrderDeliveryDocs()
  async order(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Delivery> {
    const { teamId } = callerOf(request);
    const wish = parse(DeliveryRequest, request.body);
    return deliveryView(await this.orders.order(teamId, taskIdOf(id), wish));
  }

  @Post('deliveries/:id/retry')
  @HttpCode(202)
  @RetryDeliveryDocs()
  async retry(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Delivery> {
    const { teamId } = callerOf(request);
    const { source } = parse(DeliveryRetryRequest, request.body);
    return deliveryView(await this.orders.retry(teamId, deliveryIdOf(id), source?.git.token ?? null));
  }
}
