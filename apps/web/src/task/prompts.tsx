import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import type { Task } from '../api/types.ts';
import { cost, count, dateTime, duration } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { Alert } from '../ui/alert.tsx';
import { TextBlock } from '../ui/text-block.tsx';
import { promptParts, type PromptPart } from './prompt-parts.ts';
import type { Transcript } from './transcript.ts';

interface PromptsProps {
  readonly task: Task;
  readonly calls: Transcript['calls'];
}

const JOURNAL = 'prompts.jsonl';
const MAX_BYTES = 50_000_000;
const MAX_CALLS = 500;

const Calls = ({ calls }: Pick<PromptsProps, 'calls'>) => (
  <div class="table-scroll" tabIndex={0} role="region" aria-label="Calls of the model">
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Call</th>
          <th scope="col">Model</th>
          <th scope="col">In</th>
          <th scope="col">Cached</th>
          <th scope="col">Out</th>
          <th scope="col">Cost</th>
          <th scope="col">Time</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {calls.slice(0, MAX_CALLS).map((call, i) => (
          <tr key={call.callId}>
            <th scope="row" title={dateTime(call.at)}>
              {i + 1}
            </th>
            <td>
              <bdi>{visible(call.model)}</bdi>
            </td>
            <td>{count(call.inputTokens)}</td>
            <td>{count(call.cachedTokens)}</td>
            <td>{count(call.outputTokens)}</td>
            <td>{cost(call.costUsd)}</td>
            <td>{duration(call.ms / 1000)}</td>
            <td>{call.status}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Part = ({ part }: { readonly part: PromptPart }) => (
  <div class={`prompt-part prompt-${part.role === 'answer' ? 'answer' : 'asked'}`}>
    <p class="prompt-role">{visible(part.role)}</p>
    <TextBlock text={part.text} lines={14} />
  </div>
);

const conversations = (text: string): PromptPart[][] => {
  let known = 0;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, MAX_CALLS)
    .map((line) => {
      const { parts, messages } = promptParts(line, known);
      known = messages;
      return parts;
    });
};

const useJournal = (task: Task) => {
  const [calls, setCalls] = useState<PromptPart[][] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const load = async (): Promise<void> => {
    try {
      const journal = (await api.artifacts(task.id)).find(({ name }) => name === JOURNAL);
      if ((journal?.bytes ?? 0) > MAX_BYTES)
        throw new Error(`The prompts are too large for this page. Download ${JOURNAL} under Details.`);
      setCalls(conversations(new TextDecoder().decode(await api.readArtifact(task.id, JOURNAL))));
    } catch (reason) {
      setError(wordsOf(reason));
    }
  };
  return { calls, error, load };
};

/** What each call of the model cost, and what was said in it. */
export const Prompts = ({ task, calls }: PromptsProps) => {
  const journal = useJournal(task);
  if (calls.length === 0)
    return <p class="loading">No model was called{task.finishedAt === null ? ' yet' : ''}.</p>;
  return (
    <section class="stack" aria-label="Prompts">
      <Calls calls={calls} />
      {journal.error !== null && <Alert>{journal.error}</Alert>}
      {journal.calls === null && task.finishedAt !== null && (
        <button type="button" class="start" onClick={() => void journal.load()}>
          Show what was said
        </button>
      )}
      {journal.calls?.map((parts, i) => (
        <details key={i} class="prompt-call" open={i === 0}>
          <summary>Call {i + 1}</summary>
          {parts.map((part, at) => (
            <Part key={at} part={part} />
          ))}
        </details>
      ))}
    </section>
  );
};
