import { expect, it } from '@jest/globals';
import { ConnectionError } from '@drydock/sdk';
import { Interrupted } from '../exit-codes.ts';
import { whileDetachable, whileInterruptible } from './interrupts.ts';

it('tells how to come back to a task when the API stays away', async () => {
  const task = {
    say: () => undefined,
    hint: 'Come back by: drydock logs -f task_1',
    cancel: () => Promise.resolve(),
  };
  const lost = whileDetachable(task, () => Promise.reject(new ConnectionError('http://x cannot be reached')));
  await expect(lost).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/cannot be reached[^]*may go on without you. Come back by/) as unknown,
  });
});

it('is interrupted by Ctrl-C, whatever the work then breaks off with', async () => {
  const work = whileInterruptible('Interrupted while sending.', (signal) => {
    process.emit('SIGINT');
    return Promise.reject(new Error(`git was killed: ${String(signal.aborted)}`));
  });
  await expect(work).rejects.toBeInstanceOf(Interrupted);
  await expect(work).rejects.toMatchObject({ exitCode: 130, message: 'Interrupted while sending.' });
});
