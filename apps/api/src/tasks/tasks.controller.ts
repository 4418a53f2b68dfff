import { RetryRequest, TaskListQuery, TaskPage } from '@drydock/contracts';
import {
  CancelTask,
  ReadTask,
  RetryTask,
  SubmitTask,
  taskView,
  type Admitted,
  type Caller,
} from '@drydock/engine';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { z } from 'zod';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiPorts } from '../api-parts.ts';
import { callerOf, CurrentCaller, NeedsScope } from '../auth/access.decorators.ts';
import { optionalBody } from '../http/optional-body.ts';
import { PORTS } from '../tokens.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { labelsOf } from './label-filter.ts';
import { ReadSubmission } from './read-submission.ts';
import { taskIdOf } from './task-id.ts';
import { CancelDocs, GetDocs, ListDocs, RetryDocs, SubmitDocs } from './tasks.docs.ts';

type TaskBody = ReturnType<typeof taskView>;

const accept = (reply: FastifyReply, { task, replayed }: Admitted): TaskBody => {
  void reply.header('location', `/v1/tasks/${task.id}`);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return taskView(task);
};

@Controller('v1/tasks')
export class TasksController {
  constructor(
    private readonly submission: ReadSubmission,
    private readonly submitTask: SubmitTask,
    private readonly readTask: ReadTask,
    private readonly cancelTask: CancelTask,
    private readonly retryTask: RetryTask,
    @Inject(PORTS) private readonly ports: ApiPorts,
  ) {}

  @Post()
  @HttpCode(202)
  @NeedsScope('tasks:write')
  @SubmitDocs()
  async submit(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<TaskBody> {
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key']);
    const admitted = await this.submission.with(request, (read) =>
      this.submitTask.run({ ...read, caller, idempotencyKey }),
    );
    return accept(reply, admitted);
  }

  @Get()
  @NeedsScope('tasks:read')
  @ListDocs()
  async list(
    @Query({ schema: TaskListQuery }) query: TaskListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<z.infer<typeof TaskPage>> {
    const { label, ...rest } = query;
    const filter = { ...rest, labels: labelsOf(label) };
    const { items, next } = await this.ports.tasks.list(caller.teamId, filter);
    return { items: items.map(taskView), next };
  }

  @Get(':id')
  @NeedsScope('tasks:read')
  @GetDocs()
  async get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<TaskBody> {
    return taskView(await this.readTask.run(caller.teamId, taskIdOf(id)));
  }

  @Post(':id/cancel')
  @NeedsScope('tasks:write')
  @CancelDocs()
  async cancel(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<TaskBody> {
    const { task, accepted } = await this.cancelTask.run(caller.teamId, taskIdOf(id));
    void reply.code(accepted ? 202 : 200);
    return taskView(task);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @NeedsScope('tasks:write')
  @RetryDocs()
  async retry(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TaskBody> {
    const admitted = await this.retryTask.run({
      caller: callerOf(request),
      id: taskIdOf(id),
      body: optionalBody(RetryRequest, request.body),
      idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
    });
    return accept(reply, admitted);
  }
}
