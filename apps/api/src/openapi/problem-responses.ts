import { ERRORS, errorSpec, isErrorCode, type ErrorCode } from '@drydock/domain';
import { ApiResponse, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_EXAMPLES } from './examples/problem.example.ts';

type Responses = NonNullable<OpenAPIObject['paths'][string]['get']>['responses'];

const PROBLEM = 'application/problem+json';

const REQUEST_ID = '0193b0c4-5d2e-7a61-9c38-6f1e2d3c4b5a';
const seconds = { schema: { type: 'integer' } as const, description: 'Seconds after which to try again' };

/** Headers that come with a status, whatever the route. */
const HEADERS: Readonly<Record<number, Parameters<typeof ApiResponse>[0]['headers']>> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' }, description: '`Bearer`' } },
  429: { 'Retry-After': seconds },
  503: { 'Retry-After': seconds },
};

const exampleOf = (code: ErrorCode): object => {
  const { title, status = 500 } = errorSpec(code);
  const { detail, errors } = PROBLEM_EXAMPLES[code] ?? { detail: title };
  return {
    summary: title,
    value: {
      ...{ type: `/errors/${code}`, title, status, detail, code, requestId: REQUEST_ID },
      ...(errors !== undefined && { errors }),
    },
  };
};

/** `components.examples`: one problem for each code that a request may be answered with. */
export const problemExamples = (): Record<string, object> =>
  Object.fromEntries(
    (Object.keys(ERRORS) as ErrorCode[])
      .filter((code) => errorSpec(code).status !== undefined)
      .map((code) => [code, exampleOf(code)]),
  );

const byStatus = (codes: Iterable<ErrorCode>): Map<number, ErrorCode[]> =>
  Map.groupBy(new Set(codes), (code) => errorSpec(code).status ?? 500);

/** A response that has these codes and no others. */
const problemResponse = (status: number, own: readonly ErrorCode[]) => ({
  description: own.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
  ...(HEADERS[status] && { headers: HEADERS[status] }),
  content: {
    [PROBLEM]: {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { type: 'object' as const, properties: { code: { type: 'string' as const, enum: [...own] } } },
        ],
      },
      examples: Object.fromEntries(own.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});

/** The problems of one operation, by status; nothing but these codes may come with it. */
export const problemResponses = (codes: readonly ErrorCode[]): MethodDecorator[] =>
  [...byStatus(codes)].map(([status, own]) => ApiResponse({ status, ...problemResponse(status, own) }));

/** Adds codes to the problems that an operation has already. */
export const addProblems = (responses: Responses, codes: readonly ErrorCode[]): void => {
  for (const [status, own] of byStatus(codes)) {
    const there = responses[String(status)];
    const examples = there && 'content' in there ? (there.content[PROBLEM]?.examples ?? {}) : {};
    const known = Object.keys(examples).filter(isErrorCode);
    responses[String(status)] = problemResponse(status, [...new Set([...known, ...own])]);
  }
};
