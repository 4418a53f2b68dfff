import { describe, expect, it } from '@jest/globals';
import { DeliveriesInMemory } from '../testing/deliveries-in-memory.ts';

/** One that neutral text would have an invisible gap in. */
const OWN = 'p@ss#1word';
/** Of the operator. */
const SECRETS = [OWN, 'operator-secret'];

/** As it would be found again by whoever looks for a part of it. */
const partsOf = (secret: string): string[] => [secret.slice(0, 6), secret.slice(-6)];

const openedFor = async (words: { description: string; summary?: string; command?: string }) => {
  const world = new DeliveriesInMemory();
  const { description, summary, command = 'true' } = words;
  await world.add({ token: OWN, verify: [{ command, exitCode: 0, seconds: 1 }] });
  world.store.changeTask(world.taskId, { request: { ...world.request(), description } });
  if (summary !== undefined) await world.keep('result.json', JSON.stringify({ summary }));
  await world.run();
  expect(await world.delivery()).toMatchObject({ state: 'succeeded' });
  const [pull] = world.repository.pullRequests;
  return [pull?.title, pull?.body, JSON.stringify(world.publisher.pushes)]
    .join('\n')
    .replaceAll('\u200B', '');
};

describe('a secret in the words of a pull request', () => {
  const expectNone = (said: string): void => {
    for (const part of SECRETS.flatMap(partsOf)) expect(said).not.toContain(part);
    expect(said).toContain('[redacted]');
  };

  it.each(SECRETS)(
    'is masked, also across the cut of a title, a summary and a command: %s',
    async (secret) => {
      for (const before of [0, 45, 55, 175, 180, 230, 240, 11_990, 11_995]) {
        const text = `${'x'.repeat(before)} ${secret} and more`;
        expectNone(await openedFor({ description: `${secret} ${text}`, command: `${secret} ${text}` }));
        expectNone(await openedFor({ description: secret, summary: text.padEnd(13_000, 'y') }));
      }
    },
  );

  it('is masked although something unseen stands in it', async () => {
    for (const unseen of ['\0', '\u202E', '\u2060', '\u{E0041}']) {
      const spoilt = SECRETS.map((secret) => Array.from(secret).join(unseen)).join(' ');
      expectNone(await openedFor({ description: spoilt, summary: spoilt, command: spoilt }));
    }
  });
});
