import { z } from 'zod';

export interface Converted {
  schema: Record<string, unknown>;
  components: Record<string, Record<string, unknown>>;
}

const DEFS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/** zod puts the id of a definition into it too, where it would be read as a base URI. */
const withoutId = (definition: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(definition).filter(([key]) => key !== 'id'));

/**
 * A zod schema as OpenAPI 3.1 wants it: named schemas become components. What a client sends and what it gets differ (a
 * field with a default is optional in a request only), so names of output schemas that differ from input are kept apart by
 * the suffix `Input` on the request's side.
 */
export const convertSchema = (schema: z.ZodType, io: 'input' | 'output'): Converted => {
  const nameOf = (id: string): string => (io === 'input' && !id.endsWith('Request') ? `${id}Input` : id);
  const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  const renamed = JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(DEFS)
      ? COMPONENTS + nameOf(value.slice(DEFS.length))
      : value,
  ) as Record<string, unknown>;
  const { $defs, id, ...body } = renamed;
  delete body['$schema'];
  const defs = Object.entries(($defs ?? {}) as Record<string, Record<string, unknown>>);
  const components = Object.fromEntries(defs.map(([name, inner]) => [nameOf(name), withoutId(inner)]));
  if (typeof id !== 'string') return { schema: body, components };
  return { schema: { $ref: COMPONENTS + nameOf(id) }, components: { ...components, [nameOf(id)]: body } };
};

export const isZod = (schema: unknown): schema is z.ZodType => schema instanceof z.ZodType;
