import { describe, expect, it } from '@jest/globals';
import { AppError } from '@drydock/domain';
import { GitFailed, RepositoryDamaged } from '../host/git-host.ts';
import { asSourceFault, isDamage } from './damage.ts';

const failed = (stderr: string): GitFailed =>
  new GitFailed('checkout-index', { exitCode: 128, stdout: Buffer.alloc(0), stderr, stopped: null });

describe('a source that git cannot check out', () => {
  it.each([
    failed('fatal: unable to read tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904'),
    failed('error: unable to create file x: File name too long'),
    new RepositoryDamaged('an object is missing'),
  ])('is at fault: %s', (error) => {
    expect(isDamage(error)).toBe(true);
    expect(asSourceFault(error)).toBeInstanceOf(AppError);
    expect(asSourceFault(error)).toMatchObject({ code: 'source_invalid', cause: error });
  });

  it.each([
    'fatal: unable to write loose object file: No space left on device',
    // What it says of a file for which there is no room: the chaos suite met it.
    'error: unable to write file src/4.txt\nerror: unable to write file src/40.txt',
    'fatal: cannot create directory at src: Disk quota exceeded',
  ])('is not at fault when the disk is full: %s', (stderr) => {
    const error = failed(stderr);
    expect(isDamage(error)).toBe(false);
    expect(asSourceFault(error)).toBe(error);
  });
});
