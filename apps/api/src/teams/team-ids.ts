import { AppError, type ApiKeyId, type TeamId } from '@drydock/domain';

const TEAM_ID = /^team_[0-9a-z]{1,40}$/;
const KEY_ID = /^[A-Za-z0-9]{8,32}$/;

/** An id of another shape is as unknown as a made-up one. @throws AppError `not_found`. */
export const teamIdOf = (text: string): TeamId => {
  if (!TEAM_ID.test(text)) throw new AppError('not_found', 'There is no such team.');
  return text as TeamId;
};

/** The public part of a key. @throws AppError `not_found`. */
export const keyIdOf = (text: string): ApiKeyId => {
  if (!KEY_ID.test(text)) throw new AppError('not_found', 'The team has no such key.');
  return text as ApiKeyId;
};
