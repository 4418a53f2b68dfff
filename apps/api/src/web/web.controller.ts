import { AppError } from '@drydock/domain';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../api-parts.ts';
import { Public } from '../auth/access.decorators.ts';
import { SETTINGS } from '../tokens.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { WebFiles, type WebFile } from './web-files.ts';

/** Names hold a hash of the content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

const encodingsOf = ({ headers }: FastifyRequest): string => {
  const accepted = headers['accept-encoding'];
  return typeof accepted === 'string' ? accepted : '';
};

const wantsJson = ({ headers }: FastifyRequest): boolean => {
  const accept = headers.accept ?? '';
  return accept.includes('json') && !accept.includes('text/html');
};

/** The pages: static files, the same for everybody. What they show comes from the API, with the key of who looks. */
@Public()
@ApiExcludeController()
@Controller()
export class WebController {
  readonly #files: WebFiles;
  readonly #version: string;

  constructor(@Inject(SETTINGS) settings: ApiSettings) {
    this.#files = new WebFiles(settings.webDirectory);
    this.#version = settings.version;
  }

  /** The task list for people; where to find what, for programs. */
  @Get()
  async root(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    void reply.header('vary', 'accept, accept-encoding');
    const page = wantsJson(request) ? null : await this.#files.page(encodingsOf(request));
    if (page === null) await reply.send(this.#directions());
    else await this.#send(request, reply, { file: page, cacheControl: ASK_AGAIN });
  }

  /** Addresses of the pages themselves: what they show is decided in the browser. */
  @Get(['tasks', 'tasks/:id', 'tasks/:id/:tab', 'new', 'fleet'])
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.#files.page(encodingsOf(request));
    await this.#send(request, reply, { file, cacheControl: ASK_AGAIN });
  }

  @Get('icon.svg')
  async icon(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.#files.icon(encodingsOf(request));
    await this.#send(request, reply, { file, cacheControl: ASK_AGAIN });
  }

  @Get('assets/:name')
  async asset(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('name') name: string,
  ): Promise<void> {
    const file = await this.#files.asset(name, encodingsOf(request));
    await this.#send(request, reply, { file, cacheControl: FOR_EVER });
  }

  async #send(
    request: FastifyRequest,
    reply: FastifyReply,
    { file, cacheControl }: { file: WebFile | null; cacheControl: string },
  ): Promise<void> {
    if (file === null) throw new AppError('not_found', 'There is no such file.');
    void reply
      .headers(SECURITY_HEADERS)
      .header('cache-control', cacheControl)
      .header('etag', file.etag)
      .header('vary', 'accept, accept-encoding');
    if (request.headers['if-none-match'] === file.etag) {
      await reply.code(304).send();
      return;
    }
    if (file.encoding !== null) void reply.header('content-encoding', file.encoding);
    await reply.type(file.contentType).send(file.bytes);
  }

  #directions(): Record<string, string> {
    return {
      name: 'drydock',
      version: this.#version,
      tasks: '/v1/tasks',
      openapi: '/openapi.json',
      ready: '/readyz',
      errors: '/errors',
    };
  }
}
