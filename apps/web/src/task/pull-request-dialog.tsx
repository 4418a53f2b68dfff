import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import type { Task } from '../api/types.ts';
import { titleOf } from '../tasks/source-text.ts';
import { Alert } from '../ui/alert.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { fieldText } from '../ui/field-text.ts';

interface PullRequestDialogProps {
  readonly task: Task;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** The body of `POST /v1/tasks/{id}/deliveries`: what is left empty has its default there. */
const wishOf = (form: FormData): object => {
  const [title, base, token] = ['title', 'base', 'token'].map((name) => fieldText(form, name));
  return {
    pullRequest: {
      ...(title !== '' && { title }),
      ...(base !== '' && { base }),
      ...(form.get('draft') !== null && { draft: true }),
    },
    ...(token !== '' && { source: { git: { token } } }),
  };
};

const Fields = ({ task }: { readonly task: Task }) => (
  <>
    <label for="pr-title">Title</label>
    <input id="pr-title" name="title" maxLength={256} placeholder={titleOf(task)} />
    <label for="pr-base">Merge into</label>
    <input id="pr-base" name="base" placeholder={task.base?.ref ?? 'the branch it started from'} />
    <label for="pr-token">Access token</label>
    <input id="pr-token" name="token" type="password" autocomplete="off" aria-describedby="pr-token-hint" />
    <p id="pr-token-hint" class="hint">
      Only where Drydock has no access of its own. Used for this pull request, then deleted.
    </p>
    <label class="check">
      <input type="checkbox" name="draft" /> As a draft
    </label>
  </>
);

export const PullRequestDialog = ({ task, onDone, onClose }: PullRequestDialogProps) => {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const onSubmit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.askForPullRequest(task.id, wishOf(new FormData(event.currentTarget)));
      onDone();
      onClose();
    } catch (reason) {
      setError(wordsOf(reason));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Open a pull request" onClose={onClose}>
      <form class="fields" onSubmit={(event) => void onSubmit(event)}>
        {error !== null && <Alert>{error}</Alert>}
        <Fields task={task} />
        <div class="dialog-buttons">
          <button type="button" onClick={onClose}>
            Not now
          </button>
          <button type="submit" class="primary" disabled={isBusy}>
            Open it
          </button>
        </div>
      </form>
    </Dialog>
  );
};
