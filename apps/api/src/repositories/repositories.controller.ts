import {
  RepositoryChangeRequest,
  RepositoryListQuery,
  RepositoryRequest,
  type Repository,
  type RepositoryPage,
} from '@drydock/contracts';
import { ManageRepositories, type Caller } from '@drydock/engine';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { CurrentCaller, NeedsScope } from '../auth/access.decorators.ts';
import {
  ChangeRepositoryDocs,
  CreateRepositoryDocs,
  DeleteRepositoryDocs,
  GetRepositoryDocs,
  ListRepositoriesDocs,
} from './repositories.docs.ts';
import { repositoryIdOf, repositoryView } from './repository-view.ts';

@Controller('v1/repositories')
export class RepositoriesController {
  constructor(private readonly manage: ManageRepositories) {}

  @Get()
  @NeedsScope('tasks:read')
  @ListRepositoriesDocs()
  async list(
    @Query({ schema: RepositoryListQuery }) query: RepositoryListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<z.infer<typeof RepositoryPage>> {
    const { items, next } = await this.manage.list(caller, query);
    return { items: items.map(repositoryView), next };
  }

  @Post()
  @NeedsScope('admin')
  @CreateRepositoryDocs()
  async create(
    @Body({ schema: RepositoryRequest }) body: RepositoryRequest,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Repository> {
    const repository = await this.manage.create(caller, body);
    void reply.header('location', `/v1/repositories/${repository.id}`);
    return repositoryView(repository);
  }

  @Get(':id')
  @NeedsScope('tasks:read')
  @GetRepositoryDocs()
  async get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<Repository> {
    return repositoryView(await this.manage.get(caller, repositoryIdOf(id)));
  }

  @Patch(':id')
  @NeedsScope('tasks:write')
  @ChangeRepositoryDocs()
  async change(
    @Param('id') id: string,
    @Body({ schema: RepositoryChangeRequest }) body: RepositoryChangeRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<Repository> {
    return repositoryView(await this.manage.change(caller, repositoryIdOf(id), body));
  }

  @Delete(':id')
  @HttpCode(204)
  @NeedsScope('tasks:write')
  @DeleteRepositoryDocs()
  remove(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    return this.manage.remove(caller, repositoryIdOf(id));
  }
}
