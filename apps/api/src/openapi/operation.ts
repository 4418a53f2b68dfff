import type { ErrorCode, Scope } from '@drydock/domain';
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { problemResponses } from './problem-responses.ts';

interface Answer {
  readonly description: string;
  /** Of a JSON body. */
  readonly schema?: z.ZodType;
  /** Of any other body, by media type. */
  readonly content?: Record<string, { schema: object }>;
  readonly headers?: Record<string, { description: string; schema: { type: 'string' } }>;
}

export interface OperationDocs {
  readonly id: string;
  readonly tag:
    'Tasks' | 'Results' | 'Deliveries' | 'Repositories' | 'Webhooks' | 'Teams' | 'Fleet' | 'System';
  readonly summary: string;
  /** What the summary leaves open. */
  readonly description: string;
  /** null: open to everybody. */
  readonly scope: Scope | null;
  readonly params?: Record<string, string>;
  readonly answers: Record<number, Answer>;
  /** Problems besides those that every route may answer with. */
  readonly problems?: readonly ErrorCode[];
}

const OPEN: readonly ErrorCode[] = ['malformed_request', 'internal_error', 'service_unavailable'];
const GUARDED: readonly ErrorCode[] = [...OPEN, 'unauthorized', 'forbidden', 'rate_limited'];

const answerResponse = ([status, answer]: [string, Answer]): MethodDecorator =>
  ApiResponse({
    status: Number(status),
    description: answer.description,
    ...(answer.headers && { headers: answer.headers }),
    ...(answer.schema && { standardSchema: answer.schema }),
    ...(answer.content && { content: answer.content }),
  });

/** Everything that the OpenAPI document says about one route, besides what its parameters' schemas say. */
export const Operation = (docs: OperationDocs): MethodDecorator =>
  applyDecorators(
    ApiTags(docs.tag),
    ...(docs.scope === null ? [] : [ApiBearerAuth('apiKey')]),
    ApiOperation({
      operationId: docs.id,
      summary: docs.summary,
      description: [docs.description, docs.scope === null ? '' : `Scope: \`${docs.scope}\`.`]
        .filter(Boolean)
        .join('\n\n'),
    }),
    ...Object.entries(docs.params ?? {}).map(([name, description]) =>
      ApiParam({ name, description, schema: { type: 'string' } }),
    ),
    ...Object.entries(docs.answers).map(answerResponse),
    ...problemResponses([...(docs.scope === null ? OPEN : GUARDED), ...(docs.problems ?? [])]),
  );
