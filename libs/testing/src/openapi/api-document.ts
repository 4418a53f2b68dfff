import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test-services.ts';

export interface MediaType {
  readonly schema?: object;
  /** Of one event of a stream: `itemSchema` of OpenAPI 3.2, by a name that 3.1 allows. */
  readonly 'x-item-schema'?: object;
  readonly example?: unknown;
}
export interface ApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>;
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** The one that is committed; a spec compares it with what the api serves. */
export const readApiDocument = (): ApiDocument =>
  JSON.parse(readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8')) as ApiDocument;
