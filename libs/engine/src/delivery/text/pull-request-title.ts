import type { TaskId } from '@drydock/domain';
import { capText, cleanLine, neutral } from './neutral-text.ts';

/** What GitHub takes. */
const MOST = 256;

/** A heading or a list item says the same without its mark. */
const MARK = /^(?:#{1,6}|[-*+>]|\d+[.)])\s+/;

const firstLine = (description: string): string =>
  description
    .split(/[\r\n]/)
    .map((line) => cleanLine(line).replace(MARK, ''))
    .find((line) => line !== '') ?? '';

/** One line: as the client asked for it, else the first line of the description, which may have come from an issue. */
export const pullRequestTitle = (taskId: TaskId, asked: string | null, description: string): string => {
  const title = asked === null ? neutral(firstLine(description)) : cleanLine(asked);
  return capText(title, MOST) || `Changes of ${taskId}`;
};
