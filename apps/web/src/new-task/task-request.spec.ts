import { describe, expect, it } from '@jest/globals';
import { EMPTY_FORM, wrongWith, taskRequest } from './task-request.ts';

describe('the form of a new task', () => {
  it('asks for nothing that was not filled in', () => {
    const form = { ...EMPTY_FORM, url: ' https://github.com/acme/shop.git ', description: 'Fix it' };
    expect(taskRequest(form)).toEqual({
      source: { git: { url: 'https://github.com/acme/shop.git' } },
      description: 'Fix it',
    });
  });

  it('has a field for each option', () => {
    const form = {
      ...EMPTY_FORM,
      url: 'u',
      ref: 'main',
      token: 't',
      description: 'd',
      focus: 'src/a.ts\n\n src/b.ts',
      setup: 'npm ci',
      verify: 'npm test\nnpm run lint',
      model: 'gpt',
      image: 'drydock/toolbox:1',
      allow: 'registry.npmjs.org, *.example.com:443',
      minutes: '1.5',
      dollars: '2',
      priority: '9',
      labels: 'project:shop, area=a:b urgent',
      pullRequest: true,
    };
    const policy = { mode: 'allowlist', allow: ['registry.npmjs.org', '*.example.com:443'] };
    expect(taskRequest(form)).toEqual({
      source: { git: { url: 'u', ref: 'main', token: 't' } },
      description: 'd',
      focusPaths: ['src/a.ts', 'src/b.ts'],
      agent: { model: 'gpt' },
      image: 'drydock/toolbox:1',
      setup: ['npm ci'],
      verify: ['npm test', 'npm run lint'],
      network: { setup: policy, agent: policy },
      limits: { timeoutSeconds: 90, maxCostUsd: 2 },
      priority: 9,
      labels: { project: 'shop', area: 'a:b', urgent: '' },
      deliver: { pullRequest: { draft: true } },
    });
  });

  it('sends a ZIP without a source, and never asks for a pull request from one', () => {
    const form = {
      ...EMPTY_FORM,
      source: 'zip' as const,
      url: 'left over',
      description: 'd',
      pullRequest: true,
    };
    expect(taskRequest(form)).toEqual({ description: 'd' });
  });

  it('runs a command by a shell that stops at the first failure', () => {
    const form = { ...EMPTY_FORM, description: 'd', harness: 'command' as const, command: 'sed -i s/a/b/ x' };
    expect(taskRequest(form).agent).toEqual({
      harness: 'command',
      command: ['bash', '-euo', 'pipefail', '-c', 'sed -i s/a/b/ x'],
    });
  });

  it.each([
    ['the URL', 'url', {}, /git URL/],
    ['the ZIP', 'archive', { source: 'zip' as const }, /ZIP/],
    ['the description', 'description', { url: 'u', description: ' ' }, /Describe/],
    ['the command', 'command', { url: 'u', description: 'd', harness: 'command' as const }, /command/],
    ['a number', 'minutes', { url: 'u', description: 'd', minutes: 'ten' }, /minutes/],
  ])('says that %s is missing, and where', (_name, field, fields, words) => {
    expect(wrongWith({ ...EMPTY_FORM, ...fields }, null)).toEqual({
      field,
      message: expect.stringMatching(words),
    });
  });
});
