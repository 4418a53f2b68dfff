import { visible } from '../text/visible.ts';

/** An error code, with the way to its page: what happened, and what to do. */
export const ErrorLink = ({ code }: { readonly code: string }) => (
  <a class="error-link" href={`/errors/${encodeURIComponent(code)}`}>
    <code>{visible(code)}</code>
  </a>
);
