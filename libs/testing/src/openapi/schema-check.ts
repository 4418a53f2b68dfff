import formats from 'ajv-formats';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiDocument } from './api-document.ts';
import { tellingErrors } from './telling-errors.ts';

/** Names that lead from the top of the document to a schema. */
export type SchemaPointer = readonly string[];

interface ContentCheck {
  (text: string): boolean;
  errors?: Partial<ErrorObject>[];
}

const MOST_FAULTS = 5;
const SHOWN_LENGTH = 300;
const BASE = 'https://drydock.invalid/openapi.json';

/** Holds values against the schemas of a document, JSON inside of texts (`contentSchema`) too. */
export class SchemaCheck {
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(this.#ajv);
    // To Ajv it is a mere note.
    this.#ajv.removeKeyword('contentSchema').addKeyword({
      keyword: 'contentSchema',
      type: 'string',
      schemaType: 'object',
      compile: (schema: object) => this.#content(schema),
    });
    this.#ajv.addSchema({ $id: BASE, ...document });
  }

  /** What is wrong with a value, by JSON Pointer. @throws Error when there is no such schema. */
  faults(pointer: SchemaPointer, value: unknown): string[] {
    const validate = this.#validatorAt(pointer);
    if (validate(value)) return [];
    const faults = tellingErrors(validate.errors ?? []).map(
      ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    const shown = shownOf(value);
    return faults.slice(0, MOST_FAULTS).map((fault) => `${fault.slice(0, SHOWN_LENGTH)} in ${shown}`);
  }

  #validatorAt(pointer: SchemaPointer): ValidateFunction {
    const fragment = pointer
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const found = this.#validators.get(fragment) ?? this.#ajv.compile({ $ref: `${BASE}#/${fragment}` });
    this.#validators.set(fragment, found);
    return found;
  }

  #content(schema: object): ContentCheck {
    const whole = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${BASE}#/`)) as object;
    let inner: ValidateFunction | null = null;
    const check: ContentCheck = (text) => {
      // Not before: the document is only being read when this is made.
      inner ??= this.#ajv.compile(whole);
      const value = parseJson(text);
      const isSound = value !== undefined && inner(value);
      const errors = inner.errors ?? [];
      check.errors = value === undefined ? [{ message: 'must be JSON', params: {} }] : tellingErrors(errors);
      return isSound;
    };
    return check;
  }
}

const shownOf = (value: unknown): string =>
  value === undefined ? 'no JSON' : JSON.stringify(value).slice(0, SHOWN_LENGTH);

/** Undefined: it is no JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
