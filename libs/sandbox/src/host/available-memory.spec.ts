import { freemem, totalmem } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { availableMemory, parseAvailable } from './available-memory.ts';

describe('availableMemory', () => {
  it('reads the figure of the kernel in bytes, and refuses a text without it', () => {
    expect(parseAvailable('MemTotal:  100 kB\nMemAvailable:     17 kB\nBuffers: 1 kB\n')).toBe(17 * 1024);
    expect(() => parseAvailable('MemTotal: 100 kB\n')).toThrow('does not tell');
  });

  it('is between nothing and all of this machine', async () => {
    const available = await availableMemory();
    expect(available).toBeGreaterThan(0);
    expect(available).toBeLessThanOrEqual(totalmem());
    expect(available).toBeGreaterThan(freemem() / 2);
  });
});
