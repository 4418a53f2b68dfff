import type fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { ApiDocument } from './api-document.ts';

/** The part of JSON Schema that zod writes. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

type FastCheck = typeof fc;

const DEPTH = 6;
const MAX_ITEMS = 3;
const MAX_TEXT = 40;

/** What no schema asks for, now and then in place of what it does. */
const oddValues = ({ oneof, jsonValue, constantFrom, string }: FastCheck): Arbitrary<unknown> =>
  oneof(
    jsonValue({ maxDepth: 2 }),
    constantFrom('', '\0', '\ud800', '../..', '1e999', "'; DROP TABLE x;--", -1, 1e21, null, true, [], {}),
    string({ unit: 'binary', maxLength: MAX_TEXT }),
  );

/** Makes values that fit the schemas of a document, but for one in `oddEvery` places. */
export class ArbitraryOf {
  readonly #fc: FastCheck;
  readonly #odd: Arbitrary<unknown>;
  readonly #document: ApiDocument;
  readonly #oddEvery: number;

  /** @param fc - given, as it takes most of a second to get ready: nobody else who imports this library should wait. */
  constructor(fc: FastCheck, document: ApiDocument, oddEvery: number) {
    this.#fc = fc;
    this.#odd = oddValues(fc);
    this.#document = document;
    this.#oddEvery = oddEvery;
  }

  of(schema: object, depth = DEPTH): Arbitrary<unknown> {
    const sound = this.#sound(schema, depth);
    return this.#fc.oneof({ weight: this.#oddEvery, arbitrary: sound }, { weight: 1, arbitrary: this.#odd });
  }

  #sound(schema: Schema, depth: number): Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.#sound(this.#resolve(schema.$ref), depth);
    if (schema.const !== undefined) return this.#fc.constant(schema.const);
    if (schema.enum !== undefined) return this.#fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.#fc.oneof(...choices.map((one) => this.#sound(one, depth)));
    const types = schema.type === undefined ? [] : [schema.type].flat();
    if (types.length === 0) return this.#odd;
    return this.#fc.oneof(...types.map((type) => this.#ofType(type, schema, depth)));
  }

  #ofType(type: string, schema: Schema, depth: number): Arbitrary<unknown> {
    const { minimum: min = -1000, maximum: max = Math.max(1000, min) } = schema;
    switch (type) {
      case 'null':
        return this.#fc.constant(null);
      case 'boolean':
        return this.#fc.boolean();
      case 'integer':
        return this.#fc.integer({
          min: Math.ceil(Math.max(min, -(2 ** 31))),
          max: Math.floor(Math.min(max, 2 ** 31 - 1)),
        });
      case 'number':
        return this.#fc.double({ min, max, noNaN: true });
      case 'array':
        return this.#fc.array(this.of(schema.items ?? {}, depth - 1), {
          minLength: depth > 0 ? Math.min(schema.minItems ?? 0, MAX_ITEMS) : 0,
          maxLength: depth > 0 ? MAX_ITEMS : 0,
        });
      case 'object':
        return this.#object(schema, depth);
      default:
        return textOf(this.#fc, schema);
    }
  }

  #object(
    { properties = {}, required = [], additionalProperties, propertyNames }: Schema,
    depth: number,
  ): Arbitrary<unknown> {
    if (typeof additionalProperties === 'object')
      return this.#fc.dictionary(
        textOf(this.#fc, propertyNames ?? {}),
        this.of(additionalProperties, depth - 1),
        {
          maxKeys: MAX_ITEMS,
        },
      );
    const kept = Object.entries(properties).filter(([name]) => depth > 0 || required.includes(name));
    const fields = Object.fromEntries(kept.map(([name, inner]) => [name, this.of(inner, depth - 1)]));
    return this.#fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  }

  #resolve(reference: string): Schema {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const found = this.#document.components.schemas[name];
    if (found === undefined) throw new Error(`${reference} leads nowhere`);
    return found;
  }
}

const textOf = (
  fc: FastCheck,
  { pattern, format, minLength = 0, maxLength = MAX_TEXT }: Schema,
): Arbitrary<string> => {
  if (format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
      .map((date) => date.toISOString());
  const free = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, MAX_TEXT)) });
  // Patterns that look ahead are more than fast-check makes texts for; plain words fit most of them.
  if (pattern === undefined) return free;
  if (pattern.includes('(?')) return fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/);
  return fc.stringMatching(new RegExp(pattern, 'u'));
};
