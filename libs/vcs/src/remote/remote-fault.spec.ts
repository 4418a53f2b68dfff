import { describe, expect, it } from '@jest/globals';
import { remoteFault } from './remote-fault.ts';

const at = (text: string): string => `fatal: unable to access 'https://h.example/r/': ${text}`;

describe('remoteFault', () => {
  it.each([
    [at('Received HTTP code 403 from proxy after CONNECT'), 'host_not_allowed'],
    [at('CONNECT tunnel failed, response 403'), 'host_not_allowed'],
    ["fatal: transport 'file' not allowed", 'host_not_allowed'],
    [at('The requested URL returned error: 302'), 'source_redirected'],
    [at('The requested URL returned error: 301 Moved Permanently'), 'source_redirected'],
    [at('The requested URL returned error: 403'), 'source_auth_failed'],
    ["fatal: Authentication failed for 'https://h.example/r/'", 'source_auth_failed'],
    [
      "fatal: could not read Username for 'https://h.example': terminal prompts disabled",
      'source_auth_failed',
    ],
    ["fatal: repository 'https://h.example/r/' not found", 'source_not_found'],
    [at('Could not resolve host: h.example'), 'source_unreachable'],
    [at('Failed to connect to 127.0.0.1 port 9: Connection refused'), 'source_unreachable'],
    [
      at('Operation too slow. Less than 1000 bytes/sec transferred the last 20 seconds'),
      'source_unreachable',
    ],
    [at('Received HTTP code 502 from proxy after CONNECT'), 'source_unreachable'],
    [at('The requested URL returned error: 500'), 'source_unreachable'],
    ['error: index-pack died of signal 25\nfatal: index-pack failed', 'repo_too_large'],
    ['fatal: fetch-pack: invalid index-pack output\n', 'repo_too_large'],
    ['fatal: early EOF\nfatal: fetch-pack: invalid index-pack output\n', 'source_unreachable'],
    ['fatal: Out of memory, malloc failed', 'repo_too_large'],
    [
      'error: object 1234abcd: hasDotgit: contains .git\nfatal: fsck error in packed object',
      'source_invalid',
    ],
    ['fatal: dumb http transport does not support shallow capabilities', 'source_invalid'],
    ['', 'source_unreachable'],
  ])('%j is %s', (stderr, code) => {
    expect(remoteFault(stderr).code).toBe(code);
  });

  it('is found under a mask that hides it, and keeps what is masked', () => {
    const fault = remoteFault(at('CONNECT tunnel failed, response 403'), (text) =>
      text.replaceAll('T', '***'),
    );
    expect(fault.code).toBe('host_not_allowed');
    expect(String(fault.cause)).toContain('CONNEC*** tunnel');
  });
});
