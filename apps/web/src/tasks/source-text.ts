import type { Task } from '../api/types.ts';
import { bytes } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';

/** Where a task's files come from, as short as people say it: `acme/shop`, or a ZIP of a size. */
export const sourceText = ({ source }: Pick<Task, 'source'>): string => {
  if (source.git) {
    const path = source.git.url.replace(/^https?:\/\/[^/]+\//, '').replace(/\.git$/, '');
    return visible(source.git.ref === undefined ? path : `${path} @ ${source.git.ref}`);
  }
  return source.zip ? `ZIP, ${bytes(source.zip.bytes)}` : 'no source';
};

/** First line of the description: what a task is called. */
export const titleOf = ({ description }: Pick<Task, 'description'>): string => {
  const line = description.trim().split('\n')[0] ?? '';
  return visible(line.length > 200 ? `${line.slice(0, 200)}…` : line);
};
