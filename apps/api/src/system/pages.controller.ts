import { AppError, isErrorCode, isTaskId } from '@drydock/domain';
import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ApiSettings } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { OpenApiDocument } from '../openapi/open-api-document.ts';
import { SETTINGS } from '../tokens.ts';
import { errorIndexPage, errorPage } from './error-page.ts';
import { taskPage } from './task-page.ts';

const HTML = 'text/html; charset=utf-8';

@Public()
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(
    private readonly openApi: OpenApiDocument,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @Get()
  root(): Record<string, string> {
    return {
      name: 'drydock',
      version: this.settings.version,
      tasks: '/v1/tasks',
      openapi: '/openapi.json',
      ready: '/readyz',
      errors: '/errors',
    };
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  document(): string {
    return this.openApi.text;
  }

  @Get('errors')
  @Header('content-type', HTML)
  errors(): string {
    return errorIndexPage();
  }

  @Get('errors/:code')
  @Header('content-type', HTML)
  error(@Param('code') code: string): string {
    if (!isErrorCode(code))
      throw new AppError('not_found', 'There is no such error code; /errors lists them all.');
    return errorPage(code);
  }

  @Get('tasks/:id')
  @Header('content-type', HTML)
  task(@Param('id') id: string): string {
    if (!isTaskId(id)) throw new AppError('not_found', 'There is no such page; tasks are at /v1/tasks.');
    return taskPage(id);
  }
}
