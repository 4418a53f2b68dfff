import formats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiDocument, ApiOperation } from './api-document.ts';

/** An answer as it came over the wire. */
export interface ReceivedAnswer {
  readonly method: string;
  /** Of the request, with or without its query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  /** Whole; a stream may be left out by ''. */
  readonly body: string;
}

interface Known {
  readonly pattern: RegExp;
  readonly template: string;
  readonly operations: Readonly<Record<string, ApiOperation>>;
}

const BASE = 'https://drydock.invalid/openapi.json';
const PROBLEM = 'application/problem+json';
/** What no route of ours answers with: the address or the method is unknown. */
const OUTSIDE: Readonly<Record<string, string>> = { 404: 'not_found', 405: 'method_not_allowed' };

const escape = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\{\w+\}/)
      .map(escape)
      .join('[^/]+')}/?$`,
  );

/** Holds answers against the OpenAPI document: an operation, status, code, type or field that it does not know is a fault. */
export class AnswerCheck {
  readonly #ajv: Ajv2020;
  readonly #known: readonly Known[];
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(this.#ajv);
    this.#ajv.addSchema({ $id: BASE, ...document });
    this.#known = Object.entries(document.paths)
      // `{id}` also fits what another route spells out.
      .sort(([a], [b]) => a.split('{').length - b.split('{').length)
      .map(([template, operations]) => ({ template, operations, pattern: patternOf(template) }));
  }

  /** What is wrong with an answer; empty: it is as the document says. Paths outside of `/v1` and the probes are nobody's. */
  faults(answer: ReceivedAnswer): string[] {
    const path = answer.path.split('?')[0] ?? '';
    const known = this.#known.find(({ pattern }) => pattern.test(path));
    const operation = known?.operations[answer.method.toLowerCase()];
    if (known === undefined || operation === undefined)
      return path.startsWith('/v1') && !isRefused(answer) ? [`${nameOf(answer)} is not in the document`] : [];
    return this.#against(answer, operation, known.template);
  }

  #against(answer: ReceivedAnswer, operation: ApiOperation, template: string): string[] {
    const name = `${operation.operationId} ${String(answer.status)}`;
    const response = operation.responses[String(answer.status)];
    if (response === undefined)
      return [`${name}: the document does not know this status (${answer.body.slice(0, 300)})`];
    if (response.content === undefined)
      return answer.body === '' ? [] : [`${name}: a body where there is none`];
    const type = (answer.contentType ?? '').split(';')[0]?.trim() ?? '';
    const media = response.content[type];
    // An artifact has the type of its own; only its route is known to answer with bytes.
    if (media === undefined)
      return 'application/octet-stream' in response.content
        ? []
        : [`${name}: ${type} is not in the document`];
    if (!type.endsWith('json') || media.schema === undefined) return [];
    const pointer = [
      'paths',
      template,
      answer.method.toLowerCase(),
      'responses',
      String(answer.status),
      'content',
      type,
      'schema',
    ];
    const validate = this.#validatorAt(pointer);
    return validate(parse(answer.body))
      ? []
      : (validate.errors ?? []).map(({ instancePath, message = '', params }) => {
          return `${name}: ${instancePath} ${message} ${JSON.stringify(params).slice(0, 200)}`;
        });
  }

  #validatorAt(pointer: readonly string[]): ValidateFunction {
    const fragment = pointer
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const found = this.#validators.get(fragment) ?? this.#ajv.compile({ $ref: `${BASE}#/${fragment}` });
    this.#validators.set(fragment, found);
    return found;
  }
}

const nameOf = ({ method, path, status }: ReceivedAnswer): string => `${method} ${path} ${String(status)}`;

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const isRefused = ({ status, contentType, body }: ReceivedAnswer): boolean => {
  if (contentType !== PROBLEM) return false;
  const { code } = (parse(body) ?? {}) as { code?: unknown };
  // A key is asked for before anybody looks for the route.
  return OUTSIDE[String(status)] === code || [400, 401, 403, 413, 415, 429, 503].includes(status);
};
