import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import { goTo } from '../routes/location.ts';
import { taskUrl } from '../routes/match-route.ts';
import { session } from '../session/session.ts';
import { EMPTY_FORM, taskRequest, wrongWith, type FormFault, type TaskForm } from './task-request.ts';

interface Typed {
  readonly form: TaskForm;
  readonly archive: File | null;
}

const NOTHING: Typed = { form: EMPTY_FORM, archive: null };

/** What stood in the form when the API stopped taking the key: the next sign-in in this tab leads back to it. */
let unsent = NOTHING;

const useTyped = () => {
  const [typed, setTyped] = useState(unsent);
  const latest = useRef(typed);
  latest.current = typed;
  useEffect(() => {
    unsent = NOTHING;
    return () => {
      const { form, archive } = latest.current;
      // Whoever signs in next may be somebody else: no secret is kept.
      if (session.reason !== null) unsent = { form: { ...form, token: '' }, archive };
    };
  }, []);
  return { typed, setTyped };
};

/** Goes to a field, also one of the folded options. */
const goToField = (field: FormFault['field']): void => {
  const element = document.getElementById(`field-${field}`);
  element?.closest('details')?.setAttribute('open', '');
  element?.focus();
};

/** The form of a new task, its file, and what became of sending it. */
export const useSubmission = () => {
  const { typed, setTyped } = useTyped();
  const [error, setError] = useState<string | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { form, archive } = typed;
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    const found = wrongWith(form, archive);
    setError(null);
    setFault(found);
    if (found !== null) {
      goToField(found.field);
      return;
    }
    setBusy(true);
    try {
      const { id } = await api.submit(taskRequest(form), form.source === 'zip' ? archive : null);
      goTo(taskUrl(id));
    } catch (reason) {
      setError(wordsOf(reason));
      setBusy(false);
    }
  };
  const set = (fields: Partial<TaskForm>): void => {
    setFault(null);
    setTyped((old) => ({ ...old, form: { ...old.form, ...fields } }));
  };
  const setArchive = (file: File | null): void => {
    setFault(null);
    setTyped((old) => ({ ...old, archive: file }));
  };
  return { state: { form, fault, set }, archive, setArchive, error, isBusy, submit };
};
