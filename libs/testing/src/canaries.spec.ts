import { describe, expect, it } from '@jest/globals';
import { canarySecret, findCanaries } from './canaries.ts';

describe('canaries', () => {
  const secrets = [canarySecret('token'), canarySecret('key')];
  const [token = '', key = ''] = secrets;

  it('are all different', () => {
    expect(token).toMatch(/^canary-token-[A-Za-z0-9]{24}$/);
    expect(canarySecret('token')).not.toBe(token);
  });

  it.each([
    ['plain', token],
    ['base64', Buffer.from(token).toString('base64')],
    ['hex', Buffer.from(token).toString('hex')],
    ['bytes', Buffer.from(`\0${token}\xff`)],
  ])('are found as %s', (_form, haystack) => {
    expect(findCanaries(haystack, secrets)).toEqual([token]);
  });

  it('are not found where they are not', () => {
    expect(findCanaries(`${token.slice(0, -1)} ${key.slice(1)}`, secrets)).toEqual([]);
  });
});
