import { expect } from '@jest/globals';
import { Problem } from '@drydock/contracts';

export interface ExpectedProblem {
  readonly status: number;
  readonly code: string;
  /** JSON Pointer of one of the errors. */
  readonly pointer?: string;
}

/** The response is the problem expected, as the schema has it, with its request id. */
export const expectProblem = async (response: Response, expected: ExpectedProblem): Promise<Problem> => {
  const { status, code, pointer } = expected;
  const body: unknown = await response.json();
  expect(body).toMatchObject({ status, code });
  const problem = Problem.strict().parse(body);
  const type = response.headers.get('content-type') ?? '';
  expect({ status: response.status, type, requestId: problem.requestId }).toEqual({
    status,
    type: 'application/problem+json',
    requestId: response.headers.get('x-request-id'),
  });
  expect(problem.detail.length).toBeGreaterThan(10);
  if (pointer !== undefined) expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  return problem;
};
