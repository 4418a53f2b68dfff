import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import type { Task } from '../api/types.ts';
import { cost, count, dateTime, duration } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { Alert } from '../ui/alert.tsx';
import { TextBlock } from '../ui/text-block.tsx';
import { callWords } from './call-words.ts';
import { promptParts, type Prompt, type PromptPart } from './prompt-parts.ts';
import type { Transcript } from './transcript.ts';

interface PromptsProps {
  readonly task: Task;
  readonly calls: Transcript['calls'];
  /** More may come in a moment: nothing is missing yet. */
  readonly isReading: boolean;
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

interface SaidProps {
  readonly prompt: Prompt;
  readonly number: number;
  readonly call: Transcript['calls'][number] | undefined;
}

const Said = ({ prompt, number, call }: SaidProps) => (
  <details class="prompt-call" open={number === 1}>
    <summary>
      Call {number} {call && <span class="hint">{callWords(call)}</span>}
    </summary>
    {prompt.parts.map((part, at) => (
      <Part key={at} part={part} />
    ))}
  </details>
);

const conversations = (text: string): Prompt[] => {
  let known = 0;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, MAX_CALLS)
    .map((line) => {
      const prompt = promptParts(line, known);
      known = prompt.messages;
      return prompt;
    });
};

const useJournal = (task: Task) => {
  const [calls, setCalls] = useState<Prompt[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const load = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const journal = (await api.artifacts(task.id)).find(({ name }) => name === JOURNAL);
      if ((journal?.bytes ?? 0) > MAX_BYTES)
        throw new Error(`The prompts are too large for this page. Download ${JOURNAL} under Details.`);
      setCalls(conversations(new TextDecoder().decode(await api.readArtifact(task.id, JOURNAL))));
    } catch (reason) {
      setError(wordsOf(reason));
    }
    setBusy(false);
  };
  return { calls, error, isBusy, load };
};

/** What each call of the model cost, and what was said in it. */
export const Prompts = ({ task, calls, isReading }: PromptsProps) => {
  const journal = useJournal(task);
  if (calls.length === 0) {
    const none = task.finishedAt === null ? 'No model was called yet.' : 'No model was called.';
    return <p class="loading">{isReading ? 'Loading…' : none}</p>;
  }
  return (
    <section class="stack" aria-label="Prompts">
      <Calls calls={calls} />
      {calls.length > MAX_CALLS && (
        <p class="hint">
          These are the first {count(MAX_CALLS)} of {count(calls.length)}; {JOURNAL} under Details has all.
        </p>
      )}
      {journal.error !== null && <Alert>{journal.error}</Alert>}
      {journal.calls === null && task.finishedAt !== null && (
        <button
          type="button"
          class="start"
          aria-disabled={journal.isBusy}
          onClick={() => void journal.load()}
        >
          {journal.isBusy ? 'Reading…' : 'Show what was said'}
        </button>
      )}
      {journal.calls?.map((prompt, i) => (
        <Said
          key={i}
          prompt={prompt}
          number={i + 1}
          call={calls.find(({ callId }) => callId === prompt.callId)}
        />
      ))}
    </section>
  );
};
