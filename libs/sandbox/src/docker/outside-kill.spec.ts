import { describe, expect, it } from '@jest/globals';
import { tellsOfOutsider, type EngineEvent } from './outside-kill.ts';

const event = (Action: string, ID = 'mine'): EngineEvent => ({ Type: 'container', Action, Actor: { ID } });
const others = (count: number): EngineEvent[] => Array.from({ length: count }, () => event('start', 'other'));

describe('the end of a container', () => {
  it.each([
    ['its own, when the engine saw it start and die', [event('start'), event('die')], false],
    [
      "somebody else's, when a signal went through the engine",
      [event('start'), event('kill'), event('die')],
      true,
    ],
    ["somebody else's, when the engine does not know of it", [event('start')], true],
    ["somebody else's, when the engine was restarted since the start", [event('die'), ...others(3)], true],
    [
      'its own, when the start was so long ago that the engine forgot it',
      [...others(255), event('die')],
      false,
    ],
    [
      'its own, when another container was killed',
      [event('start'), event('kill', 'other'), event('die')],
      false,
    ],
  ])('is %s', (_whose, events, isOutsider) => {
    expect(tellsOfOutsider(events, 'mine')).toBe(isOutsider);
  });
});
