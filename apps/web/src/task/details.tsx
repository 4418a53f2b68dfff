import { useCallback, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import type { Delivery, Task } from '../api/types.ts';
import { bytes, dateTime, duration, words } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';
import { Alert } from '../ui/alert.tsx';
import { ErrorLink } from '../ui/error-link.tsx';
import { OutsideLink } from '../ui/outside-link.tsx';
import { Badge } from '../ui/status-badge.tsx';
import { TextBlock } from '../ui/text-block.tsx';
import { usePoll } from '../ui/use-poll.ts';
import { saveArtifact } from './save-artifact.ts';
import { Facts } from './task-facts.tsx';

interface DetailsProps {
  readonly task: Task;
  readonly onChanged: () => void;
}

const Verify = ({ task }: { readonly task: Task }) => (
  <section>
    <h2>Verify</h2>
    {task.verify.length === 0 ? (
      <p class="hint">No verify command was run.</p>
    ) : (
      <ul class="lines">
        {task.verify.map(({ command, exitCode, seconds }, i) => (
          <li key={i}>
            <Badge
              status={exitCode === 0 ? 'succeeded' : 'failed'}
              text={exitCode === null ? 'no exit code' : `exit ${String(exitCode)}`}
            />
            <code class="grow">{visible(command.slice(0, 500))}</code>
            <span class="number">{duration(seconds)}</span>
          </li>
        ))}
      </ul>
    )}
  </section>
);

const DeliveryLine = ({
  delivery,
  onChanged,
}: {
  readonly delivery: Delivery;
  readonly onChanged: () => void;
}) => {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const again = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    await api.retryDelivery(delivery.id).catch((reason: unknown) => setError(wordsOf(reason)));
    setBusy(false);
    onChanged();
  };
  const canRetry = delivery.state === 'failed' || delivery.state === 'held';
  return (
    <li>
      <Badge status={delivery.state} />
      <span class="grow">
        {words(delivery.kind)}
        {delivery.url !== null && (
          <>
            {' '}
            <OutsideLink href={delivery.url}>{visible(delivery.url)}</OutsideLink>
          </>
        )}
        {delivery.error !== null && (
          <span class="hint">
            {' '}
            <ErrorLink code={delivery.error.code} /> {visible(delivery.error.message)}
          </span>
        )}
      </span>
      {canRetry && (
        <button type="button" aria-disabled={isBusy} onClick={() => void again()}>
          Try again
        </button>
      )}
      {error !== null && <Alert>{error}</Alert>}
    </li>
  );
};

const Artifacts = ({ task }: { readonly task: Task }) => {
  const load = useCallback(() => api.artifacts(task.id), [task.id, task.finishedAt]);
  const { value, error } = usePoll(load, 0);
  const [failure, setFailure] = useState<string | null>(null);
  const save = (name: string): Promise<void> =>
    saveArtifact(task.id, name).then(
      () => setFailure(null),
      (reason: unknown) => setFailure(wordsOf(reason)),
    );
  const items = value ?? [];
  const none = task.finishedAt === null ? 'None yet.' : (error ?? (value === null ? 'Loading…' : 'None.'));
  return (
    <section>
      <h2>Artifacts</h2>
      {failure !== null && <Alert>{failure}</Alert>}
      {items.length === 0 && <p class="hint">{none}</p>}
      <ul class="lines artifacts">
        {items.map((item) => (
          <li key={`${item.name} ${String(item.attempt)}`}>
            <code class="grow">{visible(item.name)}</code>
            <span class="number">{bytes(item.bytes)}</span>
            <button
              type="button"
              aria-label={`Download ${visible(item.name)}`}
              onClick={() => void save(item.name)}
            >
              Download
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
};

const Attempts = ({ task }: { readonly task: Task }) => (
  <section>
    <h2>Attempts</h2>
    {task.attempts.length === 0 && <p class="hint">None yet.</p>}
    <ul class="lines">
      {task.attempts.map((attempt) => (
        <li key={attempt.number}>
          <span class="number">{attempt.number}</span>
          <span class="grow">
            {attempt.outcome === null ? 'running' : words(attempt.outcome)} on {visible(attempt.workerId)}
          </span>
          <time dateTime={attempt.startedAt}>{dateTime(attempt.startedAt)}</time>
        </li>
      ))}
    </ul>
  </section>
);

export const Details = ({ task, onChanged }: DetailsProps) => (
  <div class="details">
    <div class="stack">
      <section>
        <h2>Description</h2>
        <TextBlock class="prose" text={task.description} lines={30} />
      </section>
      <Verify task={task} />
      {task.deliveries.length > 0 && (
        <section>
          <h2>Deliveries</h2>
          <ul class="lines">
            {task.deliveries.map((delivery) => (
              <DeliveryLine key={delivery.id} delivery={delivery} onChanged={onChanged} />
            ))}
          </ul>
        </section>
      )}
      <Artifacts task={task} />
      <Attempts task={task} />
    </div>
    <Facts task={task} />
  </div>
);
