import { describe, expect, it } from '@jest/globals';
import { readPushReport, serverWords } from './push-report.ts';

const REF = 'refs/heads/drydock/task_1';
const ID = 'a'.repeat(40);
const report = (line: string): string => `To https://h.example/r\n${line}\nDone\n`;

describe('readPushReport', () => {
  it.each([
    [`*\t${ID}:${REF}\t[new branch]`, { isAccepted: true, summary: '[new branch]' }],
    [` \t${ID}:${REF}\t1234567..89abcde`, { isAccepted: true, summary: '1234567..89abcde' }],
    [`=\t${ID}:${REF}\t[up to date]`, { isAccepted: true, summary: '[up to date]' }],
    [`!\t${ID}:${REF}\t[rejected] (fetch first)`, { isAccepted: false, summary: '[rejected] (fetch first)' }],
    [`+\t${ID}:${REF}\tforced`, { isAccepted: false, summary: 'forced' }],
    [`*\t${ID}:${REF}/below\t[new branch]`, null],
    ['fatal', null],
    ['', null],
  ])('%j', (line, expected) => {
    expect(readPushReport(report(line), REF)).toEqual(expected);
  });
});

describe('serverWords', () => {
  it("are the server's own, on one line and cut", () => {
    const stderr = 'remote: one  \nremote: \x1b[1mtwo\u202e\nerror: failed to push some refs';
    expect(serverWords(stderr, '[remote rejected] (hook declined)')).toBe('one [1mtwo');
    expect(serverWords(`remote: ${'x'.repeat(1000)}`, '')).toHaveLength(300);
  });

  it('are the reason that git gives, when the server printed nothing', () => {
    expect(serverWords('error: failed\nremote: \n', '[remote rejected] (deny updating)')).toBe(
      'deny updating',
    );
    expect(serverWords('', '')).toBe('');
  });
});
