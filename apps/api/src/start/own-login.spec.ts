import { describe, expect, it } from '@jest/globals';
import { OwnLogin } from './own-login.ts';

describe('OwnLogin', () => {
  it('is unknown until the code host has answered, and is asked for no more then', async () => {
    const answers = [() => Promise.reject(new Error('away')), async () => 'drydock[bot]'];
    let asked = 0;
    const login = new OwnLogin(() => answers[asked++]!());
    await expect(login.learn()).rejects.toThrow('away');
    expect(login.known).toBeNull();
    await login.learn();
    await login.learn();
    expect([login.known, asked]).toEqual(['drydock[bot]', 2]);
  });
});
