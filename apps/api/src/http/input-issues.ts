import { AppError, type InputIssue } from '@drydock/domain';

/** What every Standard Schema issue has, and what zod adds. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

type Segment = PropertyKey | { readonly key: PropertyKey };

const escape = (segment: Segment): string =>
  String(typeof segment === 'object' ? segment.key : segment)
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');

/** RFC 6901. */
export const pointerOf = (path: readonly Segment[]): string =>
  path.map((segment) => `/${escape(segment)}`).join('');

const inputIssues = (issue: SchemaIssue): InputIssue[] => {
  const path = issue.path ?? [];
  // zod names the parent and lists the keys apart.
  if (issue.code === 'unrecognized_keys' && issue.keys)
    return issue.keys.map((key) => ({ pointer: pointerOf([...path, key]), detail: 'is not a known field' }));
  const pointer = pointerOf(path);
  return [
    { pointer, detail: issue.message, ...(pointer === '/source/git/ref' && { code: 'source_ref_invalid' }) },
  ];
};

/** Issues shown at most: a body can be wrong in a hundred thousand places. */
const MAX_ISSUES = 50;

/** Every fault that a schema found, as one error. */
export const invalidInput = (found: readonly SchemaIssue[]): AppError => {
  const issues = found.flatMap(inputIssues).slice(0, MAX_ISSUES);
  const [first] = issues;
  const code = issues.length === 1 && first?.code !== undefined ? first.code : 'invalid_request';
  return new AppError(code, 'See errors: each has the JSON Pointer of the field and what is wrong with it.', {
    issues,
  });
};
