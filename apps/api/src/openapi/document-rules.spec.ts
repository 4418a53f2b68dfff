import { beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lint } from '@redocly/openapi-core';
import spectralCore, { type RulesetDefinition } from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { join } from 'node:path';
import { documentWithoutServices } from './document-without-services.ts';
import { operationsOf } from './complete-operations.ts';
import { PROBLEM_EXAMPLES } from './examples/problem.example.ts';

const COMMITTED = join(import.meta.dirname, '../../../../docs/openapi.json');

type Document = Awaited<ReturnType<typeof documentWithoutServices>>;
let document: Document;
beforeAll(async () => {
  document = await documentWithoutServices();
}, 60_000);

describe('the OpenAPI document, for those who did not write it', () => {
  it('passes the recommended rules of Redocly without a warning', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lint({ ref: COMMITTED, config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  }, 120_000);

  it('passes the recommended rules of Spectral without a warning', async () => {
    const spectral = new spectralCore.Spectral();
    spectral.setRuleset({ extends: [[spectralRulesets.oas as RulesetDefinition, 'recommended']] });
    const found = await spectral.run(JSON.stringify(document));
    expect(found.map(({ code, path, message }) => `${String(code)} ${path.join('/')}: ${message}`)).toEqual(
      [],
    );
  }, 120_000);

  it('names every operation as a function could be named, and says what it is for', () => {
    const ids = operationsOf(document).map(({ operationId }) => operationId ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, description = '', tags } of operationsOf(document)) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      const said = description.replace(/\n*Scope: `[a-z:]+`\.$/, '');
      expect([operationId, said, tags]).toEqual([
        operationId,
        expect.stringMatching(/^[A-Z`].{20}[^]*\.$/),
        [expect.any(String)],
      ]);
    }
  });

  it('shows one example of every request and of every good answer with a body', () => {
    for (const { operationId, requestBody, responses } of operationsOf(document)) {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      for (const holder of [requestBody, ...good.map(([, response]) => response)]) {
        if (holder === undefined || !('content' in holder)) continue;
        for (const [type, media] of Object.entries(holder.content ?? {}))
          expect([operationId, type, 'example' in media]).toEqual([operationId, type, true]);
      }
    }
  });

  it('says which codes each problem may have, with an example of each', () => {
    const examples = document.components?.examples ?? {};
    expect(Object.keys(examples).filter((code) => !(code in PROBLEM_EXAMPLES))).toEqual([]);
    for (const { operationId, responses } of operationsOf(document)) {
      expect(Object.keys(responses).some((status) => status.startsWith('4'))).toBe(true);
      for (const [status, response] of Object.entries(responses)) {
        if (/^[23]/.test(status) || response === undefined || !('content' in response)) continue;
        const codes = Object.keys(response.content['application/problem+json']?.examples ?? {});
        expect([operationId, status, codes.length > 0]).toEqual([operationId, status, true]);
        expect(codes.filter((code) => examples[code] === undefined)).toEqual([]);
      }
    }
  });

  it('leads from every page to the next one', () => {
    const paged = operationsOf(document).filter(({ parameters = [] }) =>
      parameters.some((one) => 'name' in one && (one.name === 'cursor' || one.name === 'after')),
    );
    expect(paged.length).toBeGreaterThan(4);
    for (const { operationId, responses } of paged)
      expect(responses['200']).toMatchObject({ links: { nextPage: { operationId } } });
  });
});
