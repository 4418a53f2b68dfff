import { AppError, isErrorCode } from '@drydock/domain';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../auth/access.decorators.ts';
import { OpenApiDocument } from '../openapi/open-api-document.ts';
import { errorIndexPage, errorPage } from './error-page.ts';

const HTML = 'text/html; charset=utf-8';

@Public()
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(private readonly openApi: OpenApiDocument) {}

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
}
