import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Problem } from '@drydock/contracts';
import { ROOT } from '@drydock/testing';

interface DocumentedResponse {
  readonly content?: Readonly<Record<string, unknown>>;
}
type Operations = Readonly<Record<string, { responses: Readonly<Record<string, DocumentedResponse>> }>>;

export interface ExpectedProblem {
  /** As the OpenAPI document spells it: `POST /v1/tasks/{id}/retry`. */
  readonly route: string;
  readonly status: number;
  readonly code: string;
  /** JSON Pointer of one of the errors. */
  readonly pointer?: string;
}

const documented = JSON.parse(readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8')) as {
  paths: Readonly<Record<string, Operations>>;
};

const documentedTypes = (route: string, status: number): string[] => {
  const [method = '', path = ''] = route.split(' ');
  const response = documented.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
  return Object.keys(response?.content ?? {});
};

/** The response is the problem expected: as the schema and the committed document have it, with its request id. */
export const expectProblem = async (response: Response, expected: ExpectedProblem): Promise<Problem> => {
  const { route, status, code, pointer } = expected;
  const body: unknown = await response.json();
  expect(body).toMatchObject({ status, code });
  const problem = Problem.strict().parse(body);
  const type = response.headers.get('content-type') ?? '';
  expect({ status: response.status, type, requestId: problem.requestId }).toEqual({
    status,
    type: 'application/problem+json',
    requestId: response.headers.get('x-request-id'),
  });
  expect(documentedTypes(route, status)).toContain(type);
  expect(problem.detail.length).toBeGreaterThan(10);
  if (pointer !== undefined) expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  return problem;
};
