import { AppError } from '@drydock/domain';
import { Controller, Get, Header, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { OpenApiDocument } from '../openapi/open-api-document.ts';
import { SETTINGS } from '../tokens.ts';
import { SECURITY_HEADERS } from '../web/security-headers.ts';
import { VIEWER_PAGE } from './viewer-page.ts';
import { ViewerFiles } from './viewer-files.ts';

// The viewer makes markup out of the document's own texts, and its style sheet holds its pictures.
const VIEWER_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const HEADERS = { ...SECURITY_HEADERS, 'content-security-policy': VIEWER_POLICY };

/** The API document, for programs and for people. */
@Public()
@ApiExcludeController()
@Controller()
export class DocsController {
  readonly #files: ViewerFiles;

  constructor(
    @Inject(SETTINGS) settings: ApiSettings,
    private readonly openApi: OpenApiDocument,
  ) {
    this.#files = new ViewerFiles(settings.viewerDirectory);
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  document(): string {
    return this.openApi.text;
  }

  @Get('docs')
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers(HEADERS).type('text/html; charset=utf-8').send(VIEWER_PAGE);
  }

  @Get('docs/:name')
  async file(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('name') name: string,
  ): Promise<void> {
    const found = this.#files.get(name);
    if (found === null) throw new AppError('not_found', 'There is no such file.');
    const { contentType, bytes, packed, etag } = await found;
    void reply.headers(HEADERS).headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === etag) {
      await reply.code(304).send();
      return;
    }
    const isPacked = /\bgzip\b(?!;q=0)/.test(request.headers['accept-encoding'] ?? '');
    if (isPacked) void reply.header('content-encoding', 'gzip');
    await reply.type(contentType).send(isPacked ? packed : bytes);
  }
}
