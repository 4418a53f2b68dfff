import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isErrorCode } from '@drydock/domain';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { SETTINGS } from '../tokens.ts';
import { SECURITY_HEADERS } from '../web/security-headers.ts';
import { ERRORS_INDEX } from './errors-index.ts';
import { ERRORS_STYLE, errorsPage, type ErrorsPage } from './errors-page.ts';

const STYLE = 'style.css';

const wantsMarkdown = ({ headers }: FastifyRequest): boolean =>
  /\btext\/(markdown|plain)\b/.test(headers.accept ?? '') && !headers.accept?.includes('text/html');

/** A page for each error code, which the `type` of a problem points at: what happened, and what to do. */
@Public()
@ApiExcludeController()
@Controller('errors')
export class ErrorsController {
  readonly #directory: string;

  constructor(@Inject(SETTINGS) settings: ApiSettings) {
    this.#directory = settings.errorsDirectory;
  }

  @Get()
  async index(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#send(request, reply, { title: 'Error codes', markdown: ERRORS_INDEX, isIndex: true });
  }

  @Get(':code')
  async page(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('code') code: string,
  ): Promise<void> {
    if (code === STYLE) {
      await reply.headers(SECURITY_HEADERS).type('text/css; charset=utf-8').send(ERRORS_STYLE);
      return;
    }
    if (!isErrorCode(code))
      throw new AppError('not_found', 'There is no such error code; /errors lists them all.');
    const markdown = await readFile(join(this.#directory, `${code}.md`), 'utf8');
    await this.#send(request, reply, { title: code, markdown, isIndex: false });
  }

  async #send(request: FastifyRequest, reply: FastifyReply, page: ErrorsPage): Promise<void> {
    void reply.headers(SECURITY_HEADERS).header('vary', 'accept');
    if (wantsMarkdown(request)) await reply.type('text/markdown; charset=utf-8').send(page.markdown);
    else await reply.type('text/html; charset=utf-8').send(errorsPage(page));
  }
}
