import type { Outcome } from '@drydock/domain';
import type { ExpectedPatch } from '../checker/evidence.ts';
import { REPOSITORY } from './repositories.ts';

/** One kind of task that clients send. */
export interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly expected: readonly Outcome[];
  /** The request without its source; the id is unlike that of any other submission. */
  readonly task: (id: string) => Record<string, unknown>;
  readonly source: 'git' | 'zip' | 'code_host';
  /** By what somebody at the code host asks for it; null: a client sends it. */
  readonly trigger: 'label' | 'comment' | null;
  /** The pull request that is asked for; null: none. With a trigger it is the trigger that asks. */
  readonly pullRequest: Readonly<Record<string, unknown>> | null;
  /** The task brings the credential for its repository. */
  readonly bringsToken: boolean;
  readonly patch: ((id: string) => ExpectedPatch) | null;
  /** Seconds after its submit at which the client cancels it, at least and at most; null: never. */
  readonly cancelAfter: readonly [number, number] | null;
}

const script = (text: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  agent: { harness: 'command', command: ['bash', '-euo', 'pipefail', '-c', text] },
  ...more,
});

/** The line that this task, and no other, adds. */
const adds = (id: string): ExpectedPatch => ({ pattern: `\\n\\+${id}\\n` });

/** What the scripted model has the built-in agent add, whoever asked for it. */
const WRITTEN = (): ExpectedPatch => ({ pattern: '\\n\\+written\\n' });

const kind = (
  name: string,
  weight: number,
  rest: Pick<Kind, 'expected' | 'task'> & Partial<Omit<Kind, 'name' | 'weight'>>,
): Kind => ({
  name,
  weight,
  source: 'git',
  trigger: null,
  pullRequest: null,
  bringsToken: false,
  patch: null,
  cancelAfter: null,
  ...rest,
});

/** What needs no code host: short and long, good and bad, quiet and loud. */
export const PLAIN_KINDS: readonly Kind[] = [
  kind('succeed', 4, {
    expected: ['changed'],
    task: (id) => script(`sleep 1; echo ${id} > a.txt`),
    patch: adds,
  }),
  kind('long', 4, {
    expected: ['changed'],
    // Speaks all the time: whoever runs it always has something to write.
    task: (id) => script(`for i in $(seq 140); do echo line $i; sleep 0.1; done; echo ${id} > a.txt`),
    patch: adds,
  }),
  kind('no_changes', 1, { expected: ['no_changes'], task: () => script('true') }),
  kind('fail', 1, { expected: ['agent_failed'], task: () => script('sleep 1; exit 3') }),
  kind('time_out', 1, {
    expected: ['timeout'],
    task: (id) => script(`echo ${id} > a.txt; sleep 60`, { limits: { timeoutSeconds: 3 } }),
  }),
  kind('cancel', 2, {
    expected: ['cancelled'],
    task: (id) => script(`trap "" TERM; echo ${id} > a.txt; while true; do sleep 1; done`),
    cancelAfter: [0.2, 8],
  }),
  kind('verify', 2, {
    expected: ['changed'],
    task: (id) =>
      script(`echo ${id} > a.txt`, {
        setup: ['echo set up > /tmp/done'],
        verify: [`grep -q ${id} a.txt`, 'sleep 1'],
      }),
    patch: adds,
  }),
  kind('verify_fail', 1, {
    expected: ['verification_failed'],
    task: (id) => script(`echo ${id} > a.txt`, { verify: ['false'] }),
  }),
  kind('big_log', 1, {
    expected: ['changed'],
    task: (id) => script(`seq 400000; echo ${id} > a.txt`),
    patch: adds,
  }),
  kind('zip', 2, {
    expected: ['changed'],
    task: (id) => script(`sleep 1; echo ${id} > a.txt`),
    source: 'zip',
    patch: adds,
  }),
  kind('model', 2, {
    expected: ['changed'],
    task: () => ({ agent: { harness: 'builtin' } }),
    patch: WRITTEN,
  }),
];

/** The mix. */
export const KINDS: readonly Kind[] = [
  ...PLAIN_KINDS,
  kind('pull_request', 2, {
    expected: ['changed'],
    task: (id) => script(`echo ${id} > a.txt`),
    source: 'code_host',
    patch: adds,
    pullRequest: { labels: ['drydock'] },
  }),
  kind('pull_request_own_token', 1, {
    expected: ['changed'],
    task: (id) => script(`echo ${id} > a.txt`, { verify: [`grep -q ${id} a.txt`] }),
    source: 'code_host',
    patch: adds,
    pullRequest: { draft: true },
    bringsToken: true,
  }),
  kind('pull_request_held', 1, {
    expected: ['verification_failed'],
    task: (id) => script(`echo ${id} > a.txt`, { verify: ['false'] }),
    source: 'code_host',
    pullRequest: {},
    bringsToken: true,
  }),
  kind('issue_label', 2, {
    expected: ['changed'],
    task: () => ({}),
    source: 'code_host',
    trigger: 'label',
    patch: WRITTEN,
  }),
  kind('issue_comment', 2, {
    expected: ['changed'],
    task: () => ({}),
    source: 'code_host',
    trigger: 'comment',
    patch: WRITTEN,
  }),
];

/** Where a client's tasks find their repositories. */
export interface Sources {
  readonly gitUrl: string;
  /** What git clones at the code host, and a person's token for it; null: none of its kinds is asked for. */
  readonly codeHost: { readonly cloneUrl: string; readonly token: string } | null;
}

const sourceOf = ({ name, source, bringsToken }: Kind, { gitUrl, codeHost }: Sources) => {
  if (source === 'zip') return {};
  if (source === 'git') return { source: { git: { url: `${gitUrl}/${REPOSITORY}.git` } } };
  if (codeHost === null) throw new Error(`${name} needs a code host`);
  const { cloneUrl: url, token } = codeHost;
  return { source: { git: { url, ...(bringsToken && { token }) } } };
};

/** The whole request of one submission. */
export const requestOf = (kindOf: Kind, id: string, sources: Sources): Record<string, unknown> => ({
  ...sourceOf(kindOf, sources),
  ...(kindOf.pullRequest !== null && { deliver: { pullRequest: kindOf.pullRequest } }),
  description: `chaos: ${kindOf.name}`,
  ...kindOf.task(id),
});
