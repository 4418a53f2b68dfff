import { Alert } from '../ui/alert.tsx';
import { Choice, Field, Group, type FormState } from './fields.tsx';
import { useSubmission } from './use-submission.ts';
import { ZipDrop } from './zip-drop.tsx';

const SOURCES = [
  ['git', 'Git URL'],
  ['zip', 'ZIP'],
] as const;
const HARNESSES = [
  ['builtin', 'Built-in agent'],
  ['command', 'Command'],
] as const;

interface SourceProps {
  readonly state: FormState;
  readonly archive: File | null;
  readonly onArchive: (archive: File | null) => void;
}

const Source = ({ state, archive, onArchive }: SourceProps) => (
  <Group title="Repository">
    <Choice
      legend="Where it comes from"
      name="source"
      value={state.form.source}
      options={SOURCES}
      onChange={(source) => state.set({ source })}
    />
    {state.form.source === 'zip' ? (
      <ZipDrop
        archive={archive}
        fault={state.fault?.field === 'archive' ? state.fault.message : null}
        onChoose={onArchive}
      />
    ) : (
      <>
        <Field state={state} name="url" label="Git URL" placeholder="https://github.com/acme/shop.git" />
        <div class="pair">
          <Field state={state} name="ref" label="Branch, tag or commit" placeholder="the default branch" />
          <Field
            state={state}
            name="token"
            type="password"
            label="Access token"
            hint="For a private repository; deleted after this task."
          />
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={state.form.pullRequest}
            onChange={(event) => state.set({ pullRequest: event.currentTarget.checked })}
          />
          Open a draft pull request when it succeeds
        </label>
      </>
    )}
  </Group>
);

const Work = ({ state }: { readonly state: FormState }) => (
  <Group title="Task">
    <Field
      state={state}
      name="description"
      label="What shall be done"
      rows={6}
      placeholder="Fix the rounding of cart totals. test/cart.test.js shows it."
    />
    <Field
      state={state}
      name="verify"
      label="Verify commands"
      rows={2}
      placeholder="npm test"
      hint="One per line. They run on the patch in a fresh container; all must pass."
    />
    <Choice
      legend="Who does it"
      name="harness"
      value={state.form.harness}
      options={HARNESSES}
      onChange={(harness) => state.set({ harness })}
    />
    {state.form.harness === 'command' ? (
      <Field state={state} name="command" label="Command" rows={3} hint="Run by bash in the workspace." />
    ) : (
      <Field state={state} name="model" label="Model" placeholder="the default of this installation" />
    )}
  </Group>
);

const Options = ({ state }: { readonly state: FormState }) => (
  <details class="card more">
    <summary>More options</summary>
    <div class="fields">
      <Field
        state={state}
        name="setup"
        label="Setup commands"
        rows={2}
        placeholder="npm ci"
        hint="One per line."
      />
      <Field state={state} name="focus" label="Files to look at first" rows={2} hint="One path per line." />
      <Field
        state={state}
        name="allow"
        label="Hosts it may reach"
        placeholder="registry.npmjs.org"
        hint="Without any, setup and agent have no network."
      />
      <div class="pair">
        <Field state={state} name="minutes" type="number" label="Minutes at most" placeholder="30" />
        <Field state={state} name="dollars" type="number" label="US dollars at most" placeholder="no limit" />
      </div>
      <div class="pair">
        <Field state={state} name="image" label="Image" placeholder="drydock/toolbox:1" />
        <Field state={state} name="priority" type="number" label="Priority" hint="1 to 9; 9 goes first." />
      </div>
      <Field state={state} name="labels" label="Labels" placeholder="project:shop" />
    </div>
  </details>
);

export const NewTaskPage = () => {
  const { state, archive, setArchive, error, isBusy, submit } = useSubmission();
  return (
    <form class="page narrow stack" onSubmit={(event) => void submit(event)}>
      <h1>New task</h1>
      <Source state={state} archive={archive} onArchive={setArchive} />
      <Work state={state} />
      <Options state={state} />
      {error !== null && <Alert>{error}</Alert>}
      <div class="form-end">
        <button type="submit" class="primary large" aria-disabled={isBusy}>
          {isBusy ? 'Submitting…' : 'Submit task'}
        </button>
      </div>
    </form>
  );
};
