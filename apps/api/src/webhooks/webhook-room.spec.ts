import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest } from '../testing/api-under-test.ts';
import { LABELED, signatureOf } from '../testing/signed-webhook.ts';
import { SMALL_BYTES } from './read-bytes.ts';

const SEATS = 4;
const SENT_AT_FIRST = 2 * SMALL_BYTES;
/** Large is what needs a seat; of the largest there may be, a busy machine could not send four in the time they have. */
const WHOLE = 4 * SENT_AT_FIRST;

let api: ApiUnderTest;
let url: string;
let strangers: ClientRequest[];
beforeEach(async () => {
  api = await ApiUnderTest.start();
  url = `${await api.listen()}/v1/webhooks/github`;
  strangers = [];
});
afterEach(async () => {
  for (const stranger of strangers) stranger.destroy();
  await api.stop();
});

const headers = (body: string) => ({
  'content-type': 'application/json',
  'x-github-event': 'issues',
  'x-github-delivery': 'one',
  'x-hub-signature-256': signatureOf(body),
});

/** Begins to send a large body, and goes on when told. @returns its answer. */
const begin = async (): Promise<IncomingMessage> => {
  const stranger = request(url, {
    method: 'POST',
    headers: { ...headers('another body'), 'content-length': String(WHOLE) },
  });
  stranger.on('error', () => undefined);
  strangers.push(stranger);
  stranger.write(Buffer.alloc(SENT_AT_FIRST, 0x20));
  const [response] = (await once(stranger, 'response')) as [IncomingMessage];
  response.resume();
  return response;
};

describe('large bodies of strangers', () => {
  it('are read four at a time; another is sent away with 503, and is told when to come back', async () => {
    const answers = Array.from({ length: SEATS + 1 }, begin);
    const first = await Promise.race(answers);
    expect([first.statusCode, first.headers['retry-after']]).toEqual([503, '10']);
    for (const stranger of strangers) stranger.end(Buffer.alloc(WHOLE - SENT_AT_FIRST, 0x20));
    const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([...Array.from({ length: SEATS }, () => 401), 503]);
  }, 20_000);

  it('keep out nobody who sends what GitHub sends', async () => {
    for (let i = 0; i <= SEATS; i++) void begin().catch(() => undefined);
    const body = JSON.stringify(LABELED);
    const answer = await fetch(url, { method: 'POST', body, headers: headers(body) });
    expect(answer.status).toBe(202);
  });
});
