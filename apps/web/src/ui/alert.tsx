import type { ComponentChildren } from 'preact';

interface AlertProps {
  readonly tone?: 'bad' | 'wait';
  readonly children: ComponentChildren;
}

/** Said at once to those who do not see the page. */
export const Alert = ({ tone = 'bad', children }: AlertProps) => (
  <p class={`alert alert-${tone}`} role="alert">
    {children}
  </p>
);
