import { AppError, isTaskId, type TaskId } from '@drydock/domain';

/** Place in a list that is ordered by creation, newest first. `micros`: microseconds since 1970, as the database has them. */
export interface Place {
  readonly micros: string;
  readonly id: TaskId;
}

const PLACE = /^(\d{1,16})\.(task_[0-9a-z]{26})$/;

export const cursorOf = ({ micros, id }: Place): string =>
  Buffer.from(`${micros}.${id}`).toString('base64url');

/** @throws AppError `invalid_request` for a text that is no cursor of ours. */
export const placeOf = (cursor: string): Place => {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, micros, id] = PLACE.exec(text) ?? [];
  if (micros !== undefined && id !== undefined && isTaskId(id) && cursorOf({ micros, id }) === cursor)
    return { micros, id };
  const detail = 'The cursor is none of ours. Use `next` of the page before, or leave it out.';
  throw new AppError('invalid_request', detail, { issues: [{ pointer: '/cursor', detail }] });
};
