/** What the API said no with, or that it could not be reached (`status` 0). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(answer: { status: number; code: string; detail: string; issues?: Problem['issues'] }) {
    super(answer.detail);
    this.name = 'Problem';
    this.status = answer.status;
    this.code = answer.code;
    this.issues = answer.issues ?? [];
  }
}

interface ProblemBody {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly errors?: Problem['issues'];
}

/** From an answer that is no success. A proxy's page instead of a problem is told by its status. */
export const problemOf = async (response: Response): Promise<Problem> => {
  const { status } = response;
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  const detail = typeof body.detail === 'string' ? body.detail : `The server answered ${String(status)}.`;
  const code = typeof body.code === 'string' ? body.code : 'unknown';
  return new Problem({ status, code, detail, ...(body.errors && { issues: body.errors }) });
};

/** Anything that was thrown, in words for people. */
export const wordsOf = (error: unknown): string => {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : 'Something went wrong.';
  const issues = error.issues.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  return [error.message, ...issues.filter((issue) => !issue.endsWith(error.message))].join(' · ');
};
