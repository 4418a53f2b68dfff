import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { checkKey } from '../api/client.ts';
import { wordsOf } from '../api/words-of.ts';
import { Logo } from '../shell/shell.tsx';
import { Alert } from '../ui/alert.tsx';
import { fieldText } from '../ui/field-text.ts';
import { session } from './session.ts';

const NO_KEY = 'This API key is not known here: keys begin with dk_ and hold letters and digits only.';

const reasonOf = (error: unknown): string =>
  // A TypeError: what no header can carry is no key of ours.
  error instanceof TypeError ? NO_KEY : wordsOf(error);

/** Shown in place of any page until there is a key; the address stays, so that a shared link leads where it should. */
export const SignIn = () => {
  const [reason, setReason] = useState(session.reason);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isBusy) return;
    field.current?.focus();
    field.current?.select();
  }, [isBusy]);
  const onSubmit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const key = fieldText(new FormData(event.currentTarget), 'key');
    setBusy(true);
    try {
      await checkKey(key);
      session.begin(key);
    } catch (error) {
      setReason(reasonOf(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form class="card" method="post" onSubmit={(event) => void onSubmit(event)}>
        <h1>
          <Logo />
          Drydock
        </h1>
        {reason !== null && <Alert id="key-reason">{reason}</Alert>}
        <label for="key">API key</label>
        <input
          id="key"
          ref={field}
          name="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="dk_…"
          required
          aria-invalid={reason !== null}
          aria-describedby={reason === null ? 'key-hint' : 'key-reason key-hint'}
        />
        <p id="key-hint" class="hint">
          <code>npm start</code> prints one. It stays in this tab and is forgotten when you close it.
        </p>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
};
