import { ApiKeyRequest, type ApiKeyList, type NewApiKey } from '@drydock/contracts';
import { ManageTeams } from '@drydock/engine';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { NeedsScope } from '../auth/access.decorators.ts';
import { keyIdOf, teamIdOf } from './team-ids.ts';
import { keyView } from './team-views.ts';
import { IssueKeyDocs, ListKeysDocs, RevokeKeyDocs } from './teams.docs.ts';

@NeedsScope('admin')
@Controller('v1/teams/:id/keys')
export class TeamKeysController {
  constructor(private readonly manage: ManageTeams) {}

  @Get()
  @ListKeysDocs()
  async list(@Param('id') id: string): Promise<z.infer<typeof ApiKeyList>> {
    return { items: (await this.manage.keys(teamIdOf(id))).map(keyView) };
  }

  @Post()
  @IssueKeyDocs()
  async issue(
    @Param('id') id: string,
    @Body({ schema: ApiKeyRequest }) body: ApiKeyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewApiKey> {
    const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt);
    const issued = await this.manage.issueKey(teamIdOf(id), { ...body, expiresAt });
    // With the whole key, this is for nobody's cache.
    void reply.header('cache-control', 'no-store');
    return { ...keyView(issued), key: issued.key };
  }

  @Delete(':keyId')
  @HttpCode(204)
  @RevokeKeyDocs()
  revoke(@Param('id') id: string, @Param('keyId') keyId: string): Promise<void> {
    return this.manage.revokeKey(teamIdOf(id), keyIdOf(keyId));
  }
}
