import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { goTo } from './location.ts';

interface LinkProps {
  readonly href: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** A real link: only a plain click stays inside of the page. */
export const Link = ({ href, current, label, children, ...rest }: LinkProps) => {
  const onClick = (event: TargetedMouseEvent<HTMLAnchorElement>): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(href);
  };
  return (
    <a
      href={href}
      onClick={onClick}
      {...(current && { 'aria-current': 'page' as const })}
      {...(label !== undefined && { 'aria-label': label })}
      {...rest}
    >
      {children}
    </a>
  );
};
