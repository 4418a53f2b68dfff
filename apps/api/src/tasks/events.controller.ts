import { Readable } from 'node:stream';
import { EventsQuery, type EventPage } from '@drydock/contracts';
import { AppError, type TaskId } from '@drydock/domain';
import { Authenticate, FollowEvents, STREAM_HEARTBEAT_MS, ReadTask, type Caller } from '@drydock/engine';
import { Controller, Get, Inject, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ApiPorts, ApiSettings } from '../api-parts.ts';
import { callerOf, NeedsScope } from '../auth/access.decorators.ts';
import { Shutdown } from '../start/shutdown.ts';
import { PORTS, SETTINGS } from '../tokens.ts';
import { EventsDocs } from './tasks.docs.ts';
import { resumeAfter, sseStream, wantsStream } from './sse.ts';
import { taskIdOf } from './task-id.ts';

type EventsRequest = FastifyRequest<{ Params: { id: string } }>;
type Page = z.infer<typeof EventPage>;

/** Bytes of frames that wait for a slow reader before the source is asked for more; one frame may be larger. */
const BUFFER_BYTES = 16 * 1024;

@Controller('v1/tasks/:id/events')
export class EventsController {
  constructor(
    private readonly readTask: ReadTask,
    private readonly follow: FollowEvents<Uint8Array>,
    private readonly shutdown: Shutdown,
    private readonly authenticate: Authenticate,
    @Inject(PORTS) private readonly ports: ApiPorts,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @Get()
  @NeedsScope('tasks:read')
  @EventsDocs()
  async events(
    @Req() request: EventsRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: EventsQuery }) query: z.infer<typeof EventsQuery>,
  ): Promise<StreamableFile | Page> {
    const caller: Caller = callerOf(request);
    const id = taskIdOf(request.params.id);
    await this.readTask.run(caller.teamId, id);
    void reply.header('cache-control', 'no-store').header('vary', 'accept');
    if (!wantsStream(request.headers.accept)) return this.#page(id, query.after ?? 0, query.limit);
    return this.#stream(request, resumeAfter(request.headers['last-event-id'], query.after), reply);
  }

  async #page(id: TaskId, after: number, limit: number): Promise<Page> {
    // One more than asked for tells whether there is a next page.
    const { events } = await this.ports.events.read(id, after, limit + 1);
    const items = events.slice(0, limit);
    return { items, next: events.length > limit ? (items.at(-1)?.seq ?? null) : null };
  }

  #stream(request: EventsRequest, after: number, reply: FastifyReply): StreamableFile {
    const id = taskIdOf(request.params.id);
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    const signal = AbortSignal.any([gone.signal, this.shutdown.signal]);
    // Proxies that buffer would hold the events back.
    void reply.header('x-accel-buffering', 'no');
    const reader = {
      stallMs: this.settings.stalledReaderMs,
      // Its buffers are full, so no last word would reach it: it comes back with the id of the last event that did.
      onStall: () => {
        this.ports.log.info({ requestId: request.id, taskId: id }, 'a reader of events stalled: cut off');
        reply.raw.destroy();
      },
      mayRead: () => this.#isOpenTo(request.headers.authorization),
    };
    // One that stops when the last frames are on their way keeps none waiting, and still holds the connection: something
    // must pass at least at each heartbeat.
    reply.raw.setTimeout(STREAM_HEARTBEAT_MS + reader.stallMs, reader.onStall);
    const frames = Readable.from(sseStream(this.follow.run(id, after, signal), reader), {
      objectMode: false,
      highWaterMark: BUFFER_BYTES,
    });
    return new StreamableFile(frames, { type: 'text/event-stream; charset=utf-8' });
  }

  /** False once the key was revoked or has expired. While nobody can tell, as PostgreSQL is away, it opens what it did. */
  async #isOpenTo(authorization: string | undefined): Promise<boolean> {
    try {
      await this.authenticate.run(authorization);
      return true;
    } catch (error) {
      return !(error instanceof AppError && error.code === 'unauthorized');
    }
  }
}
