import { AnswerCheck, NO_SUCH_OPERATION, readApiDocument } from '@drydock/testing';
import { AnswerLog } from './answer-log.ts';

/**
 * Everything that an api of a spec answers, whoever asked it (fetch, SDK, command line, curl or browser), and every webhook
 * that a spec receives is held against docs/openapi.json. `each-spec.ts` turns it on.
 */
const SHOWN = 10;
const logs = new Set<AnswerLog>();
const found: string[] = [];
let isOn = false;
let check: AnswerCheck | null = null;

/** From now on. Measurements use the same systems and leave it off. */
export const holdToDocument = (): void => {
  isOn = true;
};

/** A log for an api that is about to be started; null: nobody wants it. */
export const answerLog = (): AnswerLog | null => {
  if (!isOn) return null;
  const log = new AnswerLog();
  logs.add(log);
  return log;
};

const checking = (): AnswerCheck => (check ??= new AnswerCheck(readApiDocument()));

const lookAt = (log: AnswerLog): void => {
  for (const answer of log.take()) found.push(...checking().faults(answer));
};

/** To be called when the api has ended, however it did. */
export const closeLog = (log: AnswerLog): void => {
  lookAt(log);
  log.close();
  logs.delete(log);
};

/** The body of an outgoing webhook, as it came. */
export const lookAtWebhook = (body: string): void => {
  if (isOn) found.push(...checking().webhookFaults(body));
};

/** What was not as the document says since the last time. */
const takeFaults = (): string[] => {
  for (const log of logs) lookAt(log);
  return [...new Set(found.splice(0))];
};

/** @throws Error that names what the document does not know. */
export const expectDocumented = (): void => {
  const faults = takeFaults();
  const count = String(faults.length);
  if (faults.length > 0)
    throw new Error(`${count} not as docs/openapi.json says:\n${faults.slice(0, SHOWN).join('\n')}`);
};

/**
 * The only way to ask for what the document does not know: exactly these must have been refused since the test began, and
 * nothing else may be wrong.
 * @param refused - such as `GET /v1/nothing 404`.
 * @throws Error with the faults that came.
 */
export const expectUndocumented = (...refused: readonly string[]): void => {
  const faults = takeFaults().sort();
  const expected = refused.map((name) => `${name}: ${NO_SUCH_OPERATION}`).sort();
  if (JSON.stringify(faults) !== JSON.stringify(expected))
    throw new Error(`other faults than expected:\n${faults.join('\n')}`);
};
