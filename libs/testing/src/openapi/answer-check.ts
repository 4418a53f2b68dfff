import type { ApiDocument, ApiOperation } from './api-document.ts';
import { eventsIn } from './event-stream.ts';
import { parseJson, SchemaCheck, type SchemaPointer } from './schema-check.ts';

/** An answer as it came over the wire. */
export interface ReceivedAnswer {
  readonly method: string;
  /** Of the request, with or without its query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  /** Of a stream of events any number of whole ones; bytes may be left out by ''. */
  readonly body: string;
}

interface Known {
  readonly pattern: RegExp;
  readonly template: string;
  readonly operations: Readonly<Record<string, ApiOperation>>;
}

/** What the document says about a request. */
interface Documented {
  readonly operation: ApiOperation;
  readonly template: string;
  readonly method: string;
}

/** What is wrong with an answer of an address or a method that is not documented. */
export const NO_SUCH_OPERATION = 'the document has no such operation';

const PROBLEM = 'application/problem+json';
const EVENTS = 'text/event-stream';
const PROBLEM_SCHEMA: SchemaPointer = ['components', 'schemas', 'Problem'];
/** The codes of an address or a method that is not there; others say why nobody looked for it. */
const OUTSIDE: Readonly<Record<string, string>> = { 404: 'not_found', 405: 'method_not_allowed' };

const escape = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\{\w+\}/)
      .map(escape)
      .join('[^/]+')}/?$`,
  );

const addressOf = ({ path }: ReceivedAnswer): string => path.split('?')[0] ?? '';
const nameOf = (answer: ReceivedAnswer): string =>
  `${answer.method} ${addressOf(answer)} ${String(answer.status)}`;

/** Holds answers against the OpenAPI document: an operation, status, code, type or field that it does not know is a fault. */
export class AnswerCheck {
  readonly #schemas: SchemaCheck;
  readonly #known: readonly Known[];

  constructor(document: ApiDocument) {
    this.#schemas = new SchemaCheck(document);
    this.#known = Object.entries(document.paths)
      // `{id}` also fits what another route spells out.
      .sort(([a], [b]) => a.split('{').length - b.split('{').length)
      .map(([template, operations]) => ({ template, operations, pattern: patternOf(template) }));
  }

  /**
   * What is wrong with an answer, each with method, path, status and what the document says; empty: it is as the document
   * says. Pages and files outside of `/v1` and the probes are nobody's.
   * @param mayBeUnknown - an address that the document does not know may be refused.
   */
  faults(answer: ReceivedAnswer, { mayBeUnknown = false } = {}): string[] {
    const documented = this.#find(answer);
    if (documented !== null) return this.#against(answer, documented);
    const unknown = `${nameOf(answer)}: ${NO_SUCH_OPERATION}`;
    if (answer.status < 400) return answer.path.startsWith('/v1') ? [unknown] : [];
    return [...(mayBeUnknown ? [] : [unknown]), ...this.#refusalFaults(answer)];
  }

  /** What is wrong with the body of an outgoing webhook. */
  webhookFaults(body: string): string[] {
    const pointer = ['webhooks', 'event', 'post', 'requestBody', 'content', 'application/json', 'schema'];
    return this.#schemas.faults(pointer, parseJson(body)).map((fault) => `webhook: ${fault}`);
  }

  #find(answer: ReceivedAnswer): Documented | null {
    const { method } = answer;
    const address = addressOf(answer);
    const known = this.#known.find(({ pattern }) => pattern.test(address));
    const name = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = known?.operations[name];
    if (known === undefined || operation === undefined) return null;
    return { operation, template: known.template, method: name };
  }

  #against(answer: ReceivedAnswer, { operation, template, method }: Documented): string[] {
    const { status, body } = answer;
    const name = `${nameOf(answer)} (${operation.operationId})`;
    const response = operation.responses[String(status)];
    if (response === undefined) {
      const known = Object.keys(operation.responses).join(', ');
      return [`${name}: the document knows ${known} only; it was ${body.slice(0, 300)}`];
    }
    const { content } = response;
    if (content === undefined)
      return body === '' ? [] : [`${name}: the document knows no body; it was ${body.slice(0, 300)}`];
    const type = typeOf(answer);
    if (content[type] === undefined)
      return [`${name}: the document knows ${Object.keys(content).join(', ')} only, not ${type}`];
    const pointer = ['paths', template, method, 'responses', String(status), 'content', type];
    return this.#bodyFaults(answer, pointer).map((fault) => `${name}: ${fault}`);
  }

  #bodyFaults(answer: ReceivedAnswer, media: SchemaPointer): string[] {
    if (answer.method === 'HEAD') return [];
    const type = typeOf(answer);
    if (type.endsWith('json')) return this.#schemas.faults([...media, 'schema'], parseJson(answer.body));
    if (type !== EVENTS) return [];
    return eventsIn(answer.body).flatMap((event) => this.#schemas.faults([...media, 'x-item-schema'], event));
  }

  /** The shape of a problem where there is no operation whose problems are listed. */
  #refusalFaults(answer: ReceivedAnswer): string[] {
    const name = nameOf(answer);
    const type = typeOf(answer);
    if (type !== PROBLEM) return [`${name}: ${type} is no problem`];
    if (answer.method === 'HEAD') return [];
    const problem = parseJson(answer.body) as { code?: unknown; status?: unknown } | undefined;
    const faults = this.#schemas.faults(PROBLEM_SCHEMA, problem).map((fault) => `${name}: ${fault}`);
    const expected = OUTSIDE[String(answer.status)] ?? problem?.code;
    if (problem?.code !== expected) faults.push(`${name}: the code is ${String(problem?.code)}`);
    return faults;
  }
}

const typeOf = ({ contentType }: ReceivedAnswer): string => contentType?.split(';')[0]?.trim() ?? '';
