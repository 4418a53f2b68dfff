import { describe, expect, it } from '@jest/globals';

import { addressOf } from './address.mjs';

describe('the address of npm start', () => {
  it.each([
    [undefined, 'http://localhost:8080', 'http://127.0.0.1:8080/livez'],
    ['0.0.0.0', 'http://localhost:8080', 'http://localhost:8080/livez'],
    ['::', 'http://localhost:8080', 'http://localhost:8080/livez'],
    ['::1', 'http://localhost:8080', 'http://[::1]:8080/livez'],
    ['fd00::7', 'http://[fd00::7]:8080', 'http://[fd00::7]:8080/livez'],
    ['build.example', 'http://build.example:8080', 'http://build.example:8080/livez'],
  ])('leads to HOST=%s', (HOST, url, livez) => {
    const found = addressOf({ HOST, PORT: undefined });
    expect([found.url, found.livez]).toEqual([url, livez]);
    expect([URL.canParse(found.url), URL.canParse(found.livez)]).toEqual([true, true]);
  });

  it('takes the port that is asked for, and an empty variable for none', () => {
    expect(addressOf({ PORT: '8081', HOST: '' })).toMatchObject({ port: 8081, host: '127.0.0.1' });
    expect(addressOf({ PORT: '', HOST: undefined }).port).toBe(8080);
  });

  it.each(['0', '65536', '80.5', '-1', 'http'])('refuses PORT=%s, and says what a port is', (PORT) => {
    expect(() => addressOf({ PORT, HOST: undefined })).toThrow('PORT must be a whole number from 1 to 65535');
  });
});
