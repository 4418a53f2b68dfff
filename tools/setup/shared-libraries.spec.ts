import { describe, expect, it } from '@jest/globals';

import { parseLdd } from './shared-libraries.mjs';

describe('parseLdd', () => {
  it('tells the loader from the libraries and skips what the kernel gives', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f01)',
      '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f02)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f03)',
    ].join('\n');
    expect(parseLdd(output)).toEqual({
      loader: '/lib64/ld-linux-x86-64.so.2',
      libraries: ['/lib/x86_64-linux-gnu/libdl.so.2', '/lib/x86_64-linux-gnu/libc.so.6'],
    });
  });

  it('finds no loader for a static program', () => {
    expect(parseLdd('\tnot a dynamic executable\n')).toEqual({ loader: undefined, libraries: [] });
  });
});
