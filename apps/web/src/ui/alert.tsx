import type { ComponentChildren } from 'preact';

interface AlertProps {
  readonly tone?: 'bad' | 'wait';
  /** For the field that it is about. */
  readonly id?: string;
  readonly children: ComponentChildren;
}

/** Said at once to those who do not see the page. */
export const Alert = ({ tone = 'bad', children, ...rest }: AlertProps) => (
  <p class={`alert alert-${tone}`} role="alert" {...rest}>
    {children}
  </p>
);
