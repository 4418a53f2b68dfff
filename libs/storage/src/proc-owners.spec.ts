import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ProcOwners } from './proc-owners.ts';

describe('ProcOwners', () => {
  const owners = new ProcOwners();
  const markOf = (pid: number): string => {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const start = text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    return [...owners.mark.split('.').slice(0, 2), String(pid), start].join('.');
  };

  it('knows itself, and gives itself one mark', () => {
    expect(owners.stateOf(owners.mark)).toBe('alive');
    expect(new ProcOwners().mark).toBe(owners.mark);
  });

  it('takes a frozen process for alive and a killed one for dead', async () => {
    const child = spawn('sleep', ['60']);
    const mark = markOf(child.pid ?? 0);
    child.kill('SIGSTOP');
    expect(owners.stateOf(mark)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(owners.stateOf(mark)).toBe('dead');
  });

  it('takes a process that got the number of another for another', () => {
    expect(owners.stateOf(owners.mark.replace(/\d+$/, '1'))).toBe('dead');
  });

  it.each(['', 'unmarked', 'abc', '../../x', 'ffff.1.1.1'])('says nothing about %j', (mark) => {
    expect(owners.stateOf(mark)).toBe('unknown');
  });
});
