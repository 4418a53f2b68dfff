import type { TaskId } from '@drydock/domain';
import type { PullRequestOrder } from '../../ports/delivery-store.ts';
import { capText, cleanLine } from './neutral-text.ts';

/** As tools show it in one line. */
const SUBJECT_MOST = 72;
const NAME_MOST = 100;

/** A trailer is one line, and its address ends where the address ends. */
const person = ({ name, email }: NonNullable<PullRequestOrder['coAuthor']>): string => {
  const plain = (text: string): string => capText(cleanLine(text).replace(/[<>]/g, ''), NAME_MOST);
  return `${plain(name)} <${plain(email).replace(/\s/g, '')}>`;
};

/** Subject and trailers. `title` is one neutral line. The same values always give the same message, and so the same commit. */
export const commitMessage = (
  taskId: TaskId,
  title: string,
  coAuthor: PullRequestOrder['coAuthor'],
): string => {
  const trailers = [
    `Drydock-Task: ${taskId}`,
    ...(coAuthor === undefined ? [] : [`Co-authored-by: ${person(coAuthor)}`]),
  ];
  return `${capText(title, SUBJECT_MOST)}\n\n${trailers.join('\n')}\n`;
};
