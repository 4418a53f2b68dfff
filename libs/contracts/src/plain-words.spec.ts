import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import {
  ApiKeyRequest,
  parseRepositoryConfig,
  TaskListQuery,
  TaskRequest,
  TeamRequest,
  WebhookEndpointRequest,
} from './index.ts';

const task = (more: object) => ({ description: 'Fix it', ...more });

/** Each fault as its field and the words about it. */
const faults = (schema: z.ZodType, input: unknown): string[] =>
  (schema.safeParse(input).error?.issues ?? []).map(({ path, message }) =>
    `${path.map(String).join('.')} ${message}`.trim(),
  );

describe('what is wrong with an input', () => {
  it.each<[schema: z.ZodType, input: unknown, fault: string]>([
    [TaskRequest, {}, 'description is missing'],
    [TaskRequest, undefined, 'must be an object'],
    [TaskRequest, [], 'must be an object'],
    [TaskRequest, task({ description: 7 }), 'description must be a text'],
    [TaskRequest, task({ description: '' }), 'description must not be empty'],
    [TaskRequest, task({ verify: 'npm test' }), 'verify must be a list'],
    [TaskRequest, task({ verify: [''] }), 'verify.0 must not be empty'],
    [TaskRequest, task({ verify: Array(51).fill('true') as string[] }), 'verify must have at most 50 items'],
    [TaskRequest, task({ priority: 0 }), 'priority must be at least 1'],
    [TaskRequest, task({ priority: 10 }), 'priority must be at most 9'],
    [TaskRequest, task({ priority: 1.5 }), 'priority must be a whole number'],
    [TaskRequest, task({ image: `a${'b'.repeat(255)}` }), 'image must have at most 255 characters'],
    [TaskRequest, task({ agent: { harness: 'x' } }), 'agent.harness must be one of builtin, command'],
    [
      TaskRequest,
      task({ network: { agent: { mode: 'all' } } }),
      'network.agent.mode must be one of none, allowlist, full',
    ],
    [
      TaskRequest,
      task({ network: { agent: {} } }),
      'network.agent.mode must be one of none, allowlist, full',
    ],
    [
      TaskRequest,
      task({ labels: { '-x': 'y' } }),
      'labels.-x has a name that is not allowed: it must be 1 to 63 letters, digits, ., _, / or -, from a letter or digit on',
    ],
    [
      TaskRequest,
      task({ notBefore: 'tomorrow' }),
      'notBefore must be a time with its zone, such as 2026-01-31T12:00:00Z',
    ],
    [
      TaskRequest,
      task({ notBefore: '9999-12-31T23:59:59-00:01' }),
      'notBefore must lie before the year 10000',
    ],
    [ApiKeyRequest, { expiresAt: '9999-12-31T23:59:59-00:01' }, 'expiresAt must lie before the year 10000'],
    [TaskListQuery, { limit: 'many' }, 'limit must be a number'],
    [TaskListQuery, { limit: '201' }, 'limit must be at most 200'],
    [TaskListQuery, { search: '' }, 'search must not be empty'],
    [TeamRequest, { name: ' ' }, 'name must not be empty'],
    [ApiKeyRequest, { scopes: [] }, 'scopes must not be empty'],
    [WebhookEndpointRequest, { url: '' }, 'url must not be empty'],
    [WebhookEndpointRequest, { url: 'x', more: 1 }, 'has fields that are not known: more'],
  ])('%#: is said in words that people understand: %j', (schema, input, fault) => {
    expect(faults(schema, input)).toEqual([fault]);
  });

  it('is said so of a .drydock.yml, too', () => {
    expect(() => parseRepositoryConfig('limits:\n  timeoutSeconds: 0\n')).toThrow(
      expect.objectContaining({
        detail: expect.stringContaining('line 2: limits.timeoutSeconds: must be at least 1.'),
      }),
    );
  });
});
