import { describe, expect, it } from '@jest/globals';
import { ClaimGate } from './claim-gate.ts';

/** A gate over a disk and an engine that the test plays. */
const makeGate = () => {
  const host = { disk: 50 as number | null, isEngineUp: true };
  const gate = new ClaimGate({
    gauges: [
      {
        name: 'the disk',
        read: () => (host.disk === null ? Promise.reject(new Error('gone')) : Promise.resolve(host.disk)),
        closesBelow: 10,
        opensAt: 12,
        show: (value) => `${String(value)} %`,
      },
    ],
    answerers: [
      {
        name: 'Docker',
        ask: () => (host.isEngineUp ? Promise.resolve() : Promise.reject(new Error('down'))),
      },
    ],
  });
  const after = async (change: Partial<typeof host>): Promise<readonly string[]> => {
    Object.assign(host, change);
    await gate.refresh();
    return gate.problems;
  };
  return { gate, after };
};

describe('ClaimGate', () => {
  it('is closed until it has looked', async () => {
    const { gate, after } = makeGate();
    expect(gate.isOpen).toBe(false);
    expect(await after({})).toEqual([]);
    expect(gate.isOpen).toBe(true);
  });

  it('closes below the bound, says why, and opens only well above it', async () => {
    const { after } = makeGate();
    expect(await after({ disk: 10 })).toEqual([]);
    expect(await after({ disk: 9 })).toEqual(['not enough of the disk: 9 % free, 10 % needed']);
    expect(await after({ disk: 11 })).toEqual(['not enough of the disk: 11 % free, 12 % needed']);
    expect(await after({ disk: 12 })).toEqual([]);
    expect(await after({ disk: 11 })).toEqual([]);
  });

  it('takes what cannot be measured for too little', async () => {
    const { after } = makeGate();
    expect(await after({ disk: null })).toEqual(['the disk cannot be measured']);
    expect(await after({ disk: 50 })).toEqual([]);
  });

  it('closes at the first missing answer and opens at the second good one', async () => {
    const { after } = makeGate();
    await after({});
    expect(await after({ isEngineUp: false })).toEqual(['Docker does not answer']);
    expect(await after({ isEngineUp: true })).toEqual(['Docker answers again, though not for long yet']);
    expect(await after({})).toEqual([]);
  });

  it('names everything that is wrong at once', async () => {
    const { after } = makeGate();
    expect(await after({ disk: 1, isEngineUp: false })).toHaveLength(2);
  });
});
