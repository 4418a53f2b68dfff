import type { ComponentChildren } from 'preact';
import { visible } from '../text/visible.ts';

interface OutsideLinkProps {
  readonly href: string;
  readonly children: ComponentChildren;
}

/** A link to another site, if it is one: an address that a server gave may be anything. */
export const OutsideLink = ({ href, children }: OutsideLinkProps) =>
  /^https?:\/\//i.test(href) ? (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ) : (
    <bdi>{visible(href)}</bdi>
  );
