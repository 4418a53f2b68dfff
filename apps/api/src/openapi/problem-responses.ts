import { ERRORS, errorSpec, type ErrorCode } from '@drydock/domain';
import { ApiResponse } from '@nestjs/swagger';

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
  const detail = `${title}. What to do about it is at /errors/${code}.`;
  const errors = status === 422 ? { errors: [{ pointer: '/description', detail: title }] } : {};
  return {
    summary: title,
    value: { type: `/errors/${code}`, title, status, detail, code, requestId: REQUEST_ID, ...errors },
  };
};

/** `components.examples`: one problem for each code that a request may be answered with. */
export const problemExamples = (): Record<string, object> =>
  Object.fromEntries(
    (Object.keys(ERRORS) as ErrorCode[])
      .filter((code) => errorSpec(code).status !== undefined)
      .map((code) => [code, exampleOf(code)]),
  );

/** The problems of one operation, by status; nothing but these codes may come with it. */
export const problemResponses = (codes: readonly ErrorCode[]): MethodDecorator[] => {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorSpec(code).status ?? 500);
  return [...byStatus].map(([status, own]) =>
    ApiResponse({
      status,
      description: own.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
      ...(HEADERS[status] && { headers: HEADERS[status] }),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/Problem' },
              { type: 'object', properties: { code: { type: 'string', enum: own } } },
            ],
          },
          examples: Object.fromEntries(own.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
        },
      },
    }),
  );
};
