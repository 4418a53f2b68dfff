import type { TaskRequest } from '@drydock/sdk';

/** What the form holds, as people typed it. */
export interface TaskForm {
  readonly source: 'git' | 'zip';
  readonly url: string;
  readonly ref: string;
  readonly token: string;
  readonly description: string;
  readonly focus: string;
  readonly setup: string;
  readonly verify: string;
  readonly harness: 'builtin' | 'command';
  readonly model: string;
  readonly command: string;
  readonly image: string;
  readonly allow: string;
  readonly minutes: string;
  readonly dollars: string;
  readonly priority: string;
  readonly labels: string;
  readonly pullRequest: boolean;
}

export const EMPTY_FORM: TaskForm = {
  source: 'git',
  url: '',
  ref: '',
  token: '',
  description: '',
  focus: '',
  setup: '',
  verify: '',
  harness: 'builtin',
  model: '',
  command: '',
  image: '',
  allow: '',
  minutes: '',
  dollars: '',
  priority: '5',
  labels: '',
  pullRequest: false,
};

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const list = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `key:value` or `key=value`; a key alone has an empty value. */
const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    list(text).map((label) => {
      const at = label.search(/[:=]/);
      return at < 0 ? [label, ''] : [label.slice(0, at), label.slice(at + 1)];
    }),
  );

/** Only what was filled in: the rest has its defaults in the API. */
const filled = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (value === undefined || value === '' || value === false) return false;
      if (Array.isArray(value)) return value.length > 0;
      return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
    }),
  );

const agentOf = (form: TaskForm): Record<string, unknown> =>
  form.harness === 'command'
    ? { harness: 'command', command: ['bash', '-euo', 'pipefail', '-c', form.command] }
    : filled({ model: form.model.trim() });

const networkOf = (allow: readonly string[]): Record<string, unknown> => {
  if (allow.length === 0) return {};
  const policy = { mode: 'allowlist', allow };
  return { setup: policy, agent: policy };
};

const limitsOf = ({ minutes, dollars }: TaskForm): Record<string, unknown> => ({
  ...(minutes.trim() !== '' && { timeoutSeconds: Math.round(Number(minutes) * 60) }),
  ...(dollars.trim() !== '' && { maxCostUsd: Number(dollars) }),
});

/** The body of `POST /v1/tasks`. */
export const taskRequest = (form: TaskForm): TaskRequest => ({
  ...filled({
    source:
      form.source === 'git'
        ? { git: filled({ url: form.url.trim(), ref: form.ref.trim(), token: form.token.trim() }) }
        : {},
    focusPaths: lines(form.focus),
    agent: agentOf(form),
    image: form.image.trim(),
    setup: lines(form.setup),
    verify: lines(form.verify),
    network: networkOf(list(form.allow)),
    limits: limitsOf(form),
    deliver: form.pullRequest && form.source === 'git' ? { pullRequest: { draft: true } } : {},
    labels: labelsOf(form.labels),
  }),
  description: form.description,
  ...(form.priority.trim() !== '' && form.priority !== '5' && { priority: Number(form.priority) }),
});

/** A fault of the form, and the field to go to. */
export interface FormFault {
  readonly field: keyof TaskForm | 'archive';
  readonly message: string;
}

const NUMBERS = ['minutes', 'dollars', 'priority'] as const;

/** What is wrong with the form, as far as that needs no server to see; null: nothing. */
export const wrongWith = (form: TaskForm, archive: File | null): FormFault | null => {
  if (form.source === 'git' && form.url.trim() === '')
    return { field: 'url', message: 'Give the git URL of the repository.' };
  if (form.source === 'zip' && archive === null)
    return { field: 'archive', message: 'Choose the ZIP of the repository.' };
  if (form.description.trim() === '')
    return { field: 'description', message: 'Describe what the agent shall do.' };
  if (form.harness === 'command' && form.command.trim() === '')
    return { field: 'command', message: 'Give the command that is the agent.' };
  const field = NUMBERS.find((name) => !/^\s*(\d+(\.\d+)?)?\s*$/.test(form[name]));
  return field === undefined ? null : { field, message: `Give a number for ${field}.` };
};
