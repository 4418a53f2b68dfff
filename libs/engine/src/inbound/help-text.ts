import { createHash } from 'node:crypto';
import { OWN_MARK } from './read-event.ts';

/** Answer to `/drydock help`. It must not begin as a command does. */
export const HELP = [
  'What Drydock does here, for people who may write to this repository:',
  '',
  '| | |',
  '|---|---|',
  '| `/drydock <instruction>` | Works on the instruction and opens a pull request. |',
  '| the same on a pull request of mine | Adds one commit to it, as a review that asks for changes does. |',
  '| the same on another pull request | Starts from its branch, and opens a pull request into that. |',
  '| `/drydock` | The same with the text of the issue as the instruction. |',
  '| `/drydock cancel` | Stops what is under way here. |',
  '| `/drydock retry` | Runs the last task of this conversation again. |',
  '| `/drydock help` | This list. |',
  '',
  'The command must be the beginning of a new comment: an edit starts nothing.',
].join('\n');

/** Unseen in the comment; by it the answer to one sending is found again. */
export const helpMark = (inboundId: string): string =>
  `${OWN_MARK}help:${createHash('sha256').update(inboundId).digest('hex').slice(0, 16)} -->`;
