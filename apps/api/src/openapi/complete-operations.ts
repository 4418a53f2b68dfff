import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLES } from './examples/operations.example.ts';
import { addProblems } from './problem-responses.ts';

type Paths = OpenAPIObject['paths'];
type OperationObject = NonNullable<Paths[string]['get']>;
type MediaType = Record<string, unknown>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Every operation of a document. */
export const operationsOf = (document: Pick<OpenAPIObject, 'paths'>): OperationObject[] =>
  Object.values(document.paths).flatMap((path) =>
    METHODS.map((method) => path[method]).filter((operation) => operation !== undefined),
  );

const mediaTypesOf = (holder: object): [string, MediaType][] =>
  'content' in holder ? Object.entries(holder.content as Record<string, MediaType>) : [];

const isJson = (type: string): boolean => type === 'application/json';

const addRequestExample = (operation: OperationObject): void => {
  const example = EXAMPLES[operation.operationId ?? '']?.request;
  if (example === undefined || operation.requestBody === undefined) return;
  for (const [type, media] of mediaTypesOf(operation.requestBody))
    media['example'] = isJson(type)
      ? example
      : { archive: '(the bytes of a ZIP)', task: withoutSource(example) };
};

/** The source of a multipart submit is the archive itself. */
const withoutSource = (task: unknown): unknown =>
  Object.fromEntries(
    Object.entries(task as object).filter(([name]) => name !== 'source' && name !== 'deliver'),
  );

const addAnswerExamples = (operation: OperationObject): void => {
  const answers = Object.entries(EXAMPLES[operation.operationId ?? '']?.answers ?? {});
  for (const [status, example] of answers)
    for (const [, media] of mediaTypesOf(operation.responses[status] ?? {}))
      if (media['example'] === undefined) media['example'] = example;
};

/** Where a page leads on to: the cursor of a list, or the seq that the next events come after. */
const addPageLink = (operation: OperationObject): void => {
  const parameters = (operation.parameters ?? []).flatMap((one) => ('name' in one ? [one] : []));
  const leading = parameters.find(({ name }) => name === 'cursor' || name === 'after')?.name;
  const answer = operation.responses['200'];
  const id = operation.operationId;
  if (leading === undefined || id === undefined || answer === undefined || '$ref' in answer) return;
  const kept = parameters
    .filter((one) => one.in === 'path')
    .map(({ name }): [string, string] => [name, `$request.path.${name}`]);
  const following = Object.fromEntries([...kept, [leading, '$response.body#/next']]);
  answer.links = {
    nextPage: {
      operationId: id,
      parameters: following,
      description: 'The page that follows, with the same filters. There is none when `next` is null.',
    },
  };
};

/** Found while a body is read, whether or not the route wants one. */
const BODY_PROBLEMS = ['malformed_json', 'payload_too_large', 'unsupported_media_type'] as const;

/** Whoever reads the document need not guess: examples, the page that follows, and that some routes need no key. */
export const completeOperations = (document: OpenAPIObject): void => {
  for (const { post, patch, delete: remove } of Object.values(document.paths))
    for (const operation of [post, patch, remove])
      if (operation !== undefined) addProblems(operation.responses, BODY_PROBLEMS);
  for (const operation of operationsOf(document)) {
    operation.security ??= [];
    addRequestExample(operation);
    addAnswerExamples(operation);
    addPageLink(operation);
  }
};
