import { describe, expect, it } from '@jest/globals';
import { AppError, type TaskId, type TeamId } from '@drydock/domain';
import type { GitSourceRequest } from '../ports/source.ts';
import { FakeSources } from './fake-sources.ts';

const request = (more: Partial<GitSourceRequest> = {}): GitSourceRequest => ({
  key: { taskId: 'task_x' as TaskId, attempt: 1 },
  teamId: 'team_x' as TeamId,
  url: 'https://h.example/r',
  ref: null,
  token: null,
  pinned: null,
  configFrom: 'base',
  ...more,
});
const never = (): AbortSignal => new AbortController().signal;

describe('FakeSources', () => {
  it('keeps a pin, and refuses when the source has other files', async () => {
    const sources = new FakeSources();
    const { base } = await sources.checkoutGit(request({ ref: 'dev' }), never());
    expect((await sources.checkoutGit(request({ pinned: base }), never())).base).toEqual(base);
    sources.tree = 'f'.repeat(40);
    await expect(sources.checkoutGit(request({ pinned: base }), never())).rejects.toMatchObject({
      code: 'source_invalid',
    });
  });

  it('fails once, and stops with the reason of the signal', async () => {
    const sources = new FakeSources();
    sources.checkoutError = new AppError('source_auth_failed', 'no');
    await expect(sources.checkoutGit(request(), never())).rejects.toMatchObject({
      code: 'source_auth_failed',
    });
    sources.gate = new Promise(() => undefined);
    const controller = new AbortController();
    const checkingOut = sources.checkoutGit(request(), controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(checkingOut).rejects.toThrow('cancelled');
  });
});
