import { AppError, OPERATOR_LIMITS, type InputIssue } from '@drydock/domain';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { AgentRequest, LimitsRequest, NetworkRequest, TaskRequest } from './task-request.ts';

/**
 * `.drydock.yml`, read from the base, or from the default branch where somebody at a code host asked for the task. The request
 * wins over it.
 */
export const RepositoryConfig = z
  .strictObject({
    image: TaskRequest.shape.image,
    setup: TaskRequest.shape.setup,
    verify: TaskRequest.shape.verify,
    network: NetworkRequest.optional().describe('What each phase may reach; default nothing'),
    limits: LimitsRequest.optional().describe('Each where the request has none, and never above its default'),
    agent: z
      .strictObject({
        instructions: AgentRequest.shape.instructions.describe('Said to the agent besides the description'),
      })
      .optional()
      .describe('How the agent works here'),
  })
  .meta({ id: 'RepositoryConfig' });
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;

type Path = readonly PropertyKey[];

const FILE = '.drydock.yml';
const MAX_ISSUES = 20;

const refuse = (issues: readonly (InputIssue & { line: number | null })[]): AppError => {
  const [first, ...others] = issues;
  const place = first?.line ? `${FILE}, line ${String(first.line)}` : FILE;
  const more = others.length > 0 ? ` (and ${String(others.length)} more)` : '';
  const detail = `${place}: ${first?.detail ?? 'not valid'}${more}. Correct it in the repository, or set the field in the request.`;
  return new AppError('config_invalid', detail, {
    issues: issues.map(({ pointer, detail: fault }) => ({ pointer, detail: fault })),
  });
};

const pointerOf = (path: Path): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Line of the value at a path, or of the nearest thing around it that the file has. */
const lineOf = (document: Document, path: Path, lines: LineCounter): number | null => {
  for (let length = path.length; length > 0; length--) {
    const found = document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) return lines.linePos(found.range[0]).line;
  }
  return null;
};

const readYaml = (text: string, lines: LineCounter): Document => {
  if (Buffer.byteLength(text, 'utf8') > OPERATOR_LIMITS.maxConfigBytes)
    throw refuse([{ pointer: '', detail: 'larger than 64 KiB', line: null }]);
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
  });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault)
    throw refuse([
      { pointer: '', detail: `not valid YAML, ${fault.message}`, line: lines.linePos(fault.pos[0]).line },
    ]);
  return document;
};

const toPlain = (document: Document): unknown => {
  // An empty file, or one of comments only, sets nothing.
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return {};
  if (!isMap(document.contents))
    throw refuse([{ pointer: '', detail: 'must be a mapping such as "verify: [npm test]"', line: 1 }]);
  try {
    // A few lines of aliases can stand for gigabytes.
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw refuse([{ pointer: '', detail: 'aliases are not supported; write the value out', line: null }]);
  }
};

/**
 * The settings in a `.drydock.yml`. YAML 1.2 without aliases, at most 64 KiB; an empty file sets nothing.
 * @throws AppError `config_invalid` with the line, the fault and what to do; all faults as issues.
 */
export const parseRepositoryConfig = (text: string): RepositoryConfig => {
  const lines = new LineCounter();
  const document = readYaml(text, lines);
  const parsed = RepositoryConfig.safeParse(toPlain(document));
  if (parsed.success) return parsed.data;
  throw refuse(
    parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      const name = path.map(String).join('.');
      const detail =
        issue.code === 'unrecognized_keys' ? `unknown field ${name}` : `${name}: ${issue.message}`;
      return { pointer: pointerOf(path), detail, line: lineOf(document, path, lines) };
    }),
  );
};
