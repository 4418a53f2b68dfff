import { TeamChangeRequest, TeamListQuery, TeamRequest, type Team, type TeamPage } from '@drydock/contracts';
import { ManageTeams } from '@drydock/engine';
import { Body, Controller, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { ApiPorts } from '../api-parts.ts';
import { NeedsScope } from '../auth/access.decorators.ts';
import { PORTS } from '../tokens.ts';
import { teamIdOf } from './team-ids.ts';
import { teamView } from './team-views.ts';
import { ChangeTeamDocs, CreateTeamDocs, GetTeamDocs, ListTeamsDocs } from './teams.docs.ts';

/** For operators: any key with `admin` reaches every team. */
@NeedsScope('admin')
@Controller('v1/teams')
export class TeamsController {
  constructor(
    private readonly manage: ManageTeams,
    @Inject(PORTS) private readonly ports: ApiPorts,
  ) {}

  @Get()
  @ListTeamsDocs()
  async list(@Query({ schema: TeamListQuery }) query: TeamListQuery): Promise<z.infer<typeof TeamPage>> {
    const { items, next } = await this.ports.teams.list(query);
    return { items: items.map(teamView), next };
  }

  @Post()
  @CreateTeamDocs()
  async create(
    @Body({ schema: TeamRequest }) body: TeamRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Team> {
    const team = await this.manage.create(body);
    void reply.header('location', `/v1/teams/${team.id}`);
    return teamView(team);
  }

  @Get(':id')
  @GetTeamDocs()
  async get(@Param('id') id: string): Promise<Team> {
    return teamView(await this.manage.get(teamIdOf(id)));
  }

  @Patch(':id')
  @ChangeTeamDocs()
  async change(
    @Param('id') id: string,
    @Body({ schema: TeamChangeRequest }) body: TeamChangeRequest,
  ): Promise<Team> {
    return teamView(await this.manage.change(teamIdOf(id), body));
  }
}
