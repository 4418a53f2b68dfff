import { describe, expect, it } from '@jest/globals';
import { secondsUntilRoom } from './queue-full.ts';

describe('secondsUntilRoom', () => {
  it.each([
    ['one place, one end in 8 s', { excess: 1, oldestSeconds: 99, ended: 3, overSeconds: 24 }, 8],
    ['four places too many', { excess: 4, oldestSeconds: 99, ended: 3, overSeconds: 24 }, 32],
    ['a quick queue', { excess: 1, oldestSeconds: 0.2, ended: 600, overSeconds: 60 }, 1],
    ['a slow and overfull one', { excess: 50, oldestSeconds: 600, ended: 2, overSeconds: 50 }, 60],
    ['a burst that nothing has left yet', { excess: 1, oldestSeconds: 0.2, ended: 0, overSeconds: null }, 1],
    ['no end for 20 s', { excess: 1, oldestSeconds: 19.4, ended: 0, overSeconds: null }, 20],
    ['no end for an hour', { excess: 1, oldestSeconds: 3600, ended: 0, overSeconds: null }, 60],
    ['a team that may queue nothing', { excess: 1, oldestSeconds: null, ended: 0, overSeconds: null }, 60],
  ])('of %s', (_name, backlog, seconds) => {
    expect(secondsUntilRoom(backlog)).toBe(seconds);
  });
});
