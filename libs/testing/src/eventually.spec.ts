import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('gives the first truthy result', async () => {
    let calls = 0;
    await expect(eventually(() => ++calls > 2 && `call ${String(calls)}`)).resolves.toBe('call 3');
  });

  it('takes a throw for "not yet"', async () => {
    let calls = 0;
    const check = () => {
      expect(++calls).toBeGreaterThan(1);
      return calls;
    };
    await expect(eventually(check)).resolves.toBe(2);
  });

  it('checks at least once, and says what it saw last when time is up', async () => {
    const never = eventually(() => null, { timeoutMs: 0, lastSeen: () => ({ status: 'queued' }) });
    await expect(never).rejects.toThrow(
      "Not within 0 ms. last result: null\nlast seen: { status: 'queued' }",
    );
  });

  it('keeps the last error', async () => {
    const cause = new Error('three rows wanted, got two');
    const never = eventually(() => Promise.reject(cause), { timeoutMs: 30, intervalMs: 10 });
    await expect(never).rejects.toMatchObject({
      cause,
      message: expect.stringContaining('three rows wanted'),
    });
  });
});
