import { z } from 'zod';

export interface Converted {
  schema: Record<string, unknown>;
  components: Record<string, Record<string, unknown>>;
}

const DEFS = '#/$defs/';
/** Not every reader of a pattern knows the properties of Unicode. */
const NO_CONTROL = '\\P{Cc}';
const NO_CONTROL_SPELT_OUT = '[^\\u0000-\\u001f\\u007f-\\u009f]';
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
  const renamed = JSON.parse(JSON.stringify(json), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key === '$ref' && value.startsWith(DEFS)) return COMPONENTS + nameOf(value.slice(DEFS.length));
    return key === 'pattern' ? value.replaceAll(NO_CONTROL, NO_CONTROL_SPELT_OUT) : value;
  }) as Record<string, unknown>;
  const { $defs, id, ...body } = renamed;
  delete body['$schema'];
  const defs = Object.entries(($defs ?? {}) as Record<string, Record<string, unknown>>);
  const components = Object.fromEntries(defs.map(([name, inner]) => [nameOf(name), withoutId(inner)]));
  if (typeof id !== 'string') return { schema: body, components };
  return { schema: { $ref: COMPONENTS + nameOf(id) }, components: { ...components, [nameOf(id)]: body } };
};

export const isZod = (schema: unknown): schema is z.ZodType => schema instanceof z.ZodType;
