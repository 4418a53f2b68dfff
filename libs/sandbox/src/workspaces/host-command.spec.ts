import { describe, expect, it } from '@jest/globals';
import { hostCommand } from './host-command.ts';

const sh = (script: string, timeoutMs = 60_000) => hostCommand('sh', ['-c', script], timeoutMs);

describe('hostCommand', () => {
  it('gives the exit code and what was said', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('lets a program that complains without end come to its end, and keeps the beginning', async () => {
    const { exitCode, stdout, stderr } = await sh(
      'echo first >&2; yes again | head -c 3000000 >&2; echo done',
    );
    expect([exitCode, stdout]).toEqual([0, 'done\n']);
    expect(stderr).toMatch(/^first\nagain\n/);
    expect(stderr).toHaveLength(256 * 1024);
  });

  it('ends a program whose time is up', async () => {
    expect(await sh('exec sleep 60', 200)).toMatchObject({ exitCode: null });
  });
});
