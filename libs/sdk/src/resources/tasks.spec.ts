import { describe, expect, it } from '@jest/globals';
import { Drydock, type DrydockOptions } from '../drydock.ts';
import { ConnectionError } from '../errors.ts';

type Answer = (request: Request) => Response | Promise<Response>;

/** A client whose API gives these answers, one after the other, the last one for ever. */
const clientOf = (answers: readonly Answer[], options: Partial<DrydockOptions> = {}): Drydock => {
  let calls = 0;
  return new Drydock({
    baseUrl: 'http://api.example',
    apiKey: 'dk_a_b',
    retry: { maxRetries: 0 },
    fetch: async (request) => {
      const answer = answers[Math.min(calls++, answers.length - 1)];
      if (!answer) throw new Error('no answer is left');
      return answer(request);
    },
    ...options,
  });
};
const task =
  (status: string): Answer =>
  () =>
    Response.json({ id: 'task_1', status });
const refuse =
  (status: number, code: string): Answer =>
  () =>
    Response.json({ status, code, detail: code, requestId: 'r', title: '', type: '' }, { status });
const away: Answer = () => Promise.reject(new TypeError('fetch failed'));

describe('tasks.wait', () => {
  it('waits on while the API is away or asks for patience, and until the task has ended', async () => {
    const client = clientOf([away, refuse(502, 'service_unavailable'), task('running'), task('failed')]);
    await expect(client.tasks.wait('task_1')).resolves.toMatchObject({ status: 'failed' });
  });

  it('gives up an API that stays away, and one that refuses', async () => {
    await expect(clientOf([away]).tasks.wait('task_1', { giveUpMs: 300 })).rejects.toThrow(ConnectionError);
    const refused = clientOf([refuse(404, 'not_found')]).tasks.wait('task_1');
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  });

  it('ends when its time is over, and when its signal aborts', async () => {
    const running = clientOf([task('running')]);
    await expect(running.tasks.wait('task_1', { timeoutMs: 500 })).rejects.toThrow('running after 500 ms');
    await expect(clientOf([away]).tasks.wait('task_1', { timeoutMs: 50 })).rejects.toThrow('after 50 ms');
    const signal = AbortSignal.timeout(50);
    await expect(running.tasks.wait('task_1', { signal })).rejects.toThrow('timeout');
  });

  it('ends when its time is over although the API hangs', async () => {
    const hangs: Answer = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    const waited = clientOf([hangs]).tasks.wait('task_1', { timeoutMs: 50 });
    await expect(waited).rejects.toThrow('The task task_1 is not known after 50 ms; it goes on.');
  });
});

describe('tasks.diff', () => {
  it('takes as long as a large patch takes, though a call may not', async () => {
    const slow: Answer = ({ signal }) => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          signal.addEventListener('abort', () => {
            controller.error(signal.reason);
          });
          setTimeout(() => {
            controller.enqueue(new TextEncoder().encode('diff'));
            controller.close();
          }, 300);
        },
      });
      return new Response(body);
    };
    const client = clientOf([slow], { timeoutMs: 50 });
    expect(new TextDecoder().decode(await client.tasks.diff('task_1'))).toBe('diff');
  });
});

describe('tasks.artifacts.open', () => {
  const broken =
    (fault: Error): Answer =>
    () => {
      let isBegun = false;
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (isBegun) controller.error(fault);
          else controller.enqueue(new Uint8Array(1));
          isBegun = true;
        },
      });
      return new Response(body);
    };
  const read = async (client: Drydock, signal?: AbortSignal): Promise<void> => {
    const stream = await client.tasks.artifacts.open('task_1', 'agent.log', { ...(signal && { signal }) });
    const reader = stream.getReader();
    while (!(await reader.read()).done);
  };

  it('gives a stream whose break is a ConnectionError, and whose abort is the reason of the signal', async () => {
    const client = clientOf([broken(new TypeError('terminated'))]);
    await expect(read(client)).rejects.toThrow(ConnectionError);
    const stop = new AbortController();
    const aborts: Answer = ({ signal }) => {
      stop.abort(new Error('enough'));
      return broken(signal.reason as Error)(new Request('http://api.example'));
    };
    await expect(read(clientOf([aborts]), stop.signal)).rejects.toThrow('enough');
  });
});

describe('an archive that never ends', () => {
  it.each([
    [
      'a web stream',
      (onStop: () => void) =>
        new ReadableStream<Uint8Array>({
          start: (controller) => {
            controller.enqueue(new Uint8Array(1));
          },
          cancel: onStop,
        }),
    ],
    [
      'an iterable',
      (onStop: () => void): AsyncIterable<Uint8Array> => ({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise(() => undefined),
          return: async () => {
            onStop();
            return { done: true, value: undefined };
          },
        }),
      }),
    ],
  ])('is let go when the signal aborts: %s', async (_what, open) => {
    let isStopped = false;
    const archive = open(() => {
      isStopped = true;
    });
    const options = { archive, signal: AbortSignal.timeout(50) };
    await expect(clientOf([task('queued')]).tasks.create({ description: 'x' }, options)).rejects.toThrow(
      'timeout',
    );
    expect(isStopped).toBe(true);
  });
});
