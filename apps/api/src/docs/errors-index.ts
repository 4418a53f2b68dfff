import { ERRORS, errorSpec, type ErrorCode } from '@drydock/domain';

type ErrorSpec = ReturnType<typeof errorSpec>;

interface Group {
  readonly title: string;
  readonly text: string;
  readonly has: (spec: ErrorSpec) => boolean;
  /** What stands behind the title of each. */
  readonly fact: (spec: ErrorSpec) => string;
}

/** By where people meet them; a code may be in several. */
const GROUPS: readonly Group[] = [
  {
    title: 'A request was refused',
    text: 'In the `code` of a problem, with this HTTP status. Nothing was changed.',
    has: ({ status }) => status !== undefined,
    fact: ({ status }) => ` (${String(status)})`,
  },
  {
    title: 'A task failed',
    text: 'In the `error` of a task, with this `outcome`. What the agent had changed is kept.',
    has: ({ outcome }) => outcome !== undefined,
    fact: ({ outcome = '' }) => ` (${outcome})`,
  },
  {
    title: 'A delivery failed or is held',
    text: 'In the `error` of a pull request, comment or webhook. The task and its patch stay as they are.',
    has: ({ delivery }) => delivery !== undefined,
    fact: ({ delivery }) => (delivery === 'held' ? ' (held)' : ''),
  },
];

const CODES = Object.keys(ERRORS) as ErrorCode[];

const listOf = ({ has, fact }: Group): string =>
  CODES.filter((code) => has(errorSpec(code)))
    .map((code) => `- [${code}](/errors/${code}) ${ERRORS[code].title}${fact(errorSpec(code))}`)
    .join('\n');

/** The page of all codes, as Markdown. */
export const ERRORS_INDEX = `# Error codes

${GROUPS.map((group) => `## ${group.title}\n\n${group.text}\n\n${listOf(group)}`).join('\n\n')}
`;
