import { Readable } from 'node:stream';
import { AttemptQuery, type ArtifactList } from '@drydock/contracts';
import { AppError } from '@drydock/domain';
import { ARTIFACT_NAMES, ReadArtifact, type Caller, type OpenedArtifact } from '@drydock/engine';
import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { callerOf, CurrentCaller, NeedsScope } from '../auth/access.decorators.ts';
import { ArtifactDocs, ArtifactListDocs, DiffDocs } from './artifacts.docs.ts';
import { taskIdOf } from './task-id.ts';

type AttemptChoice = z.infer<typeof AttemptQuery>;
type ArtifactRequest = FastifyRequest<{ Params: { id: string; name: string } }>;

const send = (reply: FastifyReply, { artifact, stream }: OpenedArtifact): StreamableFile => {
  void reply
    .header('etag', `"${artifact.sha256}"`)
    // A log may hold anything, HTML too: no browser shall guess.
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'private, no-cache');
  return new StreamableFile(Readable.from(stream, { objectMode: false }), {
    type: artifact.contentType,
    length: artifact.bytes,
    disposition: `attachment; filename="${artifact.name}"`,
  });
};

@Controller('v1/tasks/:id')
export class ArtifactsController {
  constructor(private readonly readArtifact: ReadArtifact) {}

  @Get('diff')
  @NeedsScope('tasks:read')
  @DiffDocs()
  async diff(
    @Req() request: ArtifactRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: AttemptQuery }) { attempt }: AttemptChoice,
  ): Promise<StreamableFile> {
    const id = taskIdOf(request.params.id);
    const wanted = { name: 'diff.patch', attempt };
    return send(reply, await this.readArtifact.open(callerOf(request).teamId, id, wanted));
  }

  @Get('artifacts')
  @NeedsScope('tasks:read')
  @ArtifactListDocs()
  async list(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Query({ schema: AttemptQuery }) { attempt }: AttemptChoice,
  ): Promise<z.infer<typeof ArtifactList>> {
    return { items: await this.readArtifact.list(caller.teamId, taskIdOf(id), attempt) };
  }

  @Get('artifacts/:name')
  @NeedsScope('tasks:read')
  @ArtifactDocs()
  async download(
    @Req() request: ArtifactRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: AttemptQuery }) { attempt }: AttemptChoice,
  ): Promise<StreamableFile> {
    const { id, name } = request.params;
    if (!ARTIFACT_NAMES.some((known) => known === name))
      throw new AppError('artifact_not_available', `Artifacts are called ${ARTIFACT_NAMES.join(', ')}.`);
    return send(
      reply,
      await this.readArtifact.open(callerOf(request).teamId, taskIdOf(id), { name, attempt }),
    );
  }
}
