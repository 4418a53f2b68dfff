import type { Connection } from '../api/follow-events.ts';
import type { TaskEvent } from '../api/types.ts';
import { LogBuffer } from '../log/log-buffer.ts';
import { Timeline } from './timeline.ts';
import { Transcript } from './transcript.ts';

/** All that a task's events amount to. Whoever draws it is told at most once a frame. */
export class TaskModel {
  readonly log = new LogBuffer();
  readonly timeline = new Timeline();
  readonly transcript = new Transcript();
  connection: Connection = 'connecting';
  /** All that there will ever be is here. */
  isComplete = false;
  /** Somebody has asked for the end of the task. */
  isCancelRequested = false;
  /** Goes up with events that may have changed what `GET /v1/tasks/{id}` says. */
  stateVersion = 0;
  /** Any `log` event came: those of old tasks are gone, their files are not. */
  hasLog = false;

  add(event: TaskEvent): void {
    if (event.type === 'log') {
      this.hasLog = true;
      this.log.append(event);
      return;
    }
    if (event.type === 'phase.started') this.log.mark(this.#headingOf(event));
    if (event.type === 'notice') this.log.mark(event.message);
    if (event.type === 'task.cancel_requested') this.isCancelRequested = true;
    this.timeline.add(event);
    this.transcript.add(event);
    if (!event.type.startsWith('agent.') && event.type !== 'notice') this.stateVersion += 1;
  }

  #headingOf({ phase, attempt }: { phase: string; attempt: number | null }): string {
    return (attempt ?? 1) > 1 ? `${phase} · attempt ${String(attempt)}` : phase;
  }
}
