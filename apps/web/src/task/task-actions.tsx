import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import type { Task } from '../api/types.ts';
import { goTo } from '../routes/location.ts';
import { taskUrl } from '../routes/match-route.ts';
import { Alert } from '../ui/alert.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { PullRequestDialog } from './pull-request-dialog.tsx';

interface TaskActionsProps {
  readonly task: Task;
  readonly isCancelling: boolean;
  readonly onChanged: () => void;
}

type Asking = 'cancel' | 'pull_request' | null;

const canDeliver = (task: Task): boolean =>
  task.status === 'succeeded' &&
  (task.diffstat?.files ?? 0) > 0 &&
  task.source.git !== undefined &&
  !task.deliveries.some(({ kind }) => kind === 'pull_request');

const CancelDialog = ({ onYes, onClose }: { readonly onYes: () => void; readonly onClose: () => void }) => (
  <Dialog title="Cancel this task?" onClose={onClose}>
    <p>The agent is stopped. What it has changed until then is kept as a patch.</p>
    <div class="dialog-buttons">
      <button type="button" onClick={onClose}>
        Let it run
      </button>
      <button type="button" class="danger" onClick={onYes}>
        Cancel the task
      </button>
    </div>
  </Dialog>
);

/** What can be done with the task as it is now. */
export const TaskActions = ({ task, isCancelling, onChanged }: TaskActionsProps) => {
  const [asking, setAsking] = useState<Asking>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const isLive = task.finishedAt === null;
  const act = async (work: () => Promise<void>): Promise<void> => {
    setAsking(null);
    if (isBusy) return;
    setBusy(true);
    setError(null);
    await work().catch((reason: unknown) => setError(wordsOf(reason)));
    setBusy(false);
    onChanged();
  };
  // Not `disabled`: that would take the focus away from whoever has just pressed it.
  const waiting = { 'aria-disabled': isBusy || isCancelling };
  const cancel = () => act(async () => void (await api.cancel(task.id)));
  const retry = () => act(async () => goTo(taskUrl((await api.retry(task.id)).id)));
  return (
    <div class="task-actions">
      {canDeliver(task) && (
        <button type="button" class="primary" onClick={() => setAsking('pull_request')}>
          Open a pull request
        </button>
      )}
      {isLive ? (
        <button type="button" {...waiting} onClick={() => !isBusy && !isCancelling && setAsking('cancel')}>
          {isCancelling ? 'Cancelling…' : 'Cancel'}
        </button>
      ) : (
        <button type="button" {...waiting} onClick={() => void retry()}>
          Retry
        </button>
      )}
      {error !== null && <Alert>{error}</Alert>}
      {asking === 'cancel' && <CancelDialog onYes={() => void cancel()} onClose={() => setAsking(null)} />}
      {asking === 'pull_request' && (
        <PullRequestDialog task={task} onDone={onChanged} onClose={() => setAsking(null)} />
      )}
    </div>
  );
};
