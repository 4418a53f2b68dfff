import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadApiConfig } from '@drydock/config';
import { FirstKey } from '@drydock/engine';
import {
  AnswerCheck,
  ArbitraryOf,
  freshDatabase,
  readApiDocument,
  testServices,
  type ApiOperation,
  type FreshDatabase,
} from '@drydock/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc, { type Arbitrary } from 'fast-check';
import { createApp } from '../start/create-app.ts';
import { openAdapters, settingsOf, type OpenAdapters } from '../start/open-adapters.ts';

/**
 * Whatever a client sends, sound or not, is answered as the document says, and never by a fault of ours. The api is the real
 * one, over PostgreSQL and Redis.
 */
const REQUESTS = 10_000;
const AT_ONCE = 20;
const MOST_FAULTS = 20;
/** One place in so many holds something that the schema does not ask for. */
const ODD_EVERY = 12;
/** They answer for other processes, or with a stream that ends with its task. */
const LEFT_OUT = new Set(['ready', 'readMetrics']);

interface AnyRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body: unknown;
  /** Now and then a body is no JSON, or says that it is something else. */
  readonly form: 'sound' | 'broken' | 'text/plain';
  readonly headers: Readonly<Record<string, string>>;
}

const KEY = `dk_${randomBytes(8).toString('hex')}_${randomBytes(24).toString('hex')}`;
const document = readApiDocument();
const arbitrary = new ArbitraryOf(fc, document, ODD_EVERY);
const check = new AnswerCheck(document);

let database: FreshDatabase;
let adapters: OpenAdapters;
let app: NestFastifyApplication;
const directory = mkdtempSync(join(tmpdir(), 'dd-any-'));
const MOST_KNOWN = 40;
/** Ids that the api gave away by their first letters, so that many a request is about something that is there. */
const known = new Map<string, string[]>();
/** Answers by the first digit of their status. */
const counts = new Map<number, number>();

beforeAll(async () => {
  database = await freshDatabase();
  const config = loadApiConfig({
    DATABASE_URL: database.url,
    REDIS_URL: testServices().redisUrl,
    DRYDOCK_REDIS_PREFIX: `any-${randomBytes(6).toString('hex')}`,
    DRYDOCK_DATA_DIR: directory,
    DRYDOCK_API_KEY: KEY,
    DRYDOCK_SECRET_KEY: randomBytes(32).toString('base64'),
    DRYDOCK_LOG_LEVEL: 'fatal',
    OPENAI_BASE_URL: 'http://127.0.0.1:9',
    DRYDOCK_DEFAULT_MODEL: 'gpt-5-mini',
  });
  adapters = await openAdapters(config);
  await new FirstKey(adapters.ports.apiKeys).ensure(KEY);
  app = await createApp(adapters.ports, { ...settingsOf(config), requestsPerSecond: 0 });
});

afterAll(async () => {
  await app.close();
  await adapters.close();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => !LEFT_OUT.has(operationId))
    .map(([method, operation]) => ({
      path,
      method: method.toUpperCase() as AnyRequest['method'],
      operation,
    })),
);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const PREFIX_OF: Readonly<Record<string, string>> = {
  ...{ tasks: 'task', teams: 'team', repositories: 'repo', 'webhook-endpoints': 'whe', deliveries: 'msg' },
};

/** Values for the places of a path: mostly ids of things that are there, of the collection that stands before them. */
const pathOf = (template: string): Arbitrary<string> => {
  const parts = template.split('/').map((part, at, all): Arbitrary<string> => {
    if (!part.startsWith('{')) return fc.constant(part);
    const prefix = PREFIX_OF[all[at - 1] ?? ''] ?? '';
    // Dots alone are taken away with what stands before them by whoever sends the address.
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((one) => !/^\.\.?$/.test(one));
    const one = fc.nat().map((nth) => {
      const ids = known.get(prefix) ?? [];
      return ids[nth % ids.length] ?? 'x';
    });
    return fc
      .oneof({ weight: 6, arbitrary: one }, { weight: 1, arbitrary: text })
      .map((value) => encodeURIComponent(value.toWellFormed()));
  });
  return fc.tuple(...parts).map((filled) => filled.join('/'));
};

const learn = (id: string): void => {
  const prefix = id.split('_')[0] ?? '';
  const ids = known.get(prefix) ?? [];
  known.set(prefix, ids);
  if (ids.length < MOST_KNOWN) ids.push(id);
};

const queryOf = ({ parameters = [] }: ApiOperation): Arbitrary<string> =>
  fc
    .record(
      Object.fromEntries(
        parameters
          .filter((one) => one.in === 'query')
          .map(({ name, schema }) => [name, arbitrary.of(schema)]),
      ),
      { requiredKeys: [] },
    )
    .map((given) =>
      new URLSearchParams(
        Object.entries(given).map(
          ([name, value]) => [name, textOf(value).toWellFormed()] as [string, string],
        ),
      ).toString(),
    );

/** The example of the document now and then: it gets through, so that there are things to ask for. */
const bodyOf = ({ requestBody }: ApiOperation): Arbitrary<unknown> => {
  const json = requestBody?.content['application/json'];
  if (json === undefined)
    return fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
  // There is nobody here to deliver by.
  const example = { ...(json.example ?? {}), deliver: undefined };
  return fc.oneof(
    { weight: 3, arbitrary: arbitrary.of(json.schema ?? {}) },
    { weight: 1, arbitrary: fc.constant(example) },
  );
};

const headersOf = ({ parameters = [] }: ApiOperation): Arbitrary<Record<string, string>> => {
  const named = parameters.filter((one) => one.in === 'header').map(({ name }) => name);
  return fc.record(
    Object.fromEntries(
      named.map((name) => [
        name,
        fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.trim() || 'x'),
      ]),
    ),
    { requiredKeys: [] },
  ) as Arbitrary<Record<string, string>>;
};

const requestOf = ({ path, method, operation }: (typeof operations)[number]): Arbitrary<AnyRequest> =>
  fc
    .record({
      address: pathOf(path),
      query: queryOf(operation),
      body: bodyOf(operation),
      headers: headersOf(operation),
      form: fc.oneof(
        { weight: 12, arbitrary: fc.constant('sound' as const) },
        { weight: 1, arbitrary: fc.constantFrom('broken' as const, 'text/plain' as const) },
      ),
    })
    .map(({ address, query, ...rest }) => {
      return { method, url: query === '' ? address : `${address}?${query}`, ...rest };
    });

const anyRequest: Arbitrary<AnyRequest> = fc.oneof(...operations.map(requestOf));

/** @returns what is wrong with the answer. */
const send = async ({ method, url, body, form, headers }: AnyRequest): Promise<string[]> => {
  const text = body === undefined ? null : JSON.stringify(body);
  const answer = await app.inject({
    method,
    url,
    headers: {
      accept: 'application/json',
      ...headers,
      authorization: `Bearer ${KEY}`,
      ...(text !== null && { 'content-type': form === 'text/plain' ? form : 'application/json' }),
    },
    ...(text !== null && { payload: form === 'broken' ? `${text}}` : text }),
  });
  const kind = Math.floor(answer.statusCode / 100);
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (kind === 2)
    for (const [id = ''] of answer.body.matchAll(/\b(task|team|repo|whe|msg)_[0-9a-z]{26}\b/g)) learn(id);
  const contentType = answer.headers['content-type'];
  const received = {
    ...{ method, path: url, status: answer.statusCode, body: answer.body },
    contentType: typeof contentType === 'string' ? contentType : null,
  };
  // A place of the path that is filled with anything may lead anywhere.
  const faults = check.faults(received, { mayBeUnknown: true });
  return answer.statusCode >= 500 ? [`${String(answer.statusCode)} ${answer.body}`, ...faults] : faults;
};

it(`answers ${String(REQUESTS)} requests of any kind as the document says, none by a fault of ours`, async () => {
  const seed = Date.now() % 2 ** 31;
  const faults = new Map<string, AnyRequest>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyRequest, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
      await Promise.all(
        requests.map(async (request) => {
          for (const fault of await send(request)) if (faults.size < MOST_FAULTS) faults.set(fault, request);
        }),
      );
    }),
    { numRuns: REQUESTS / AT_ONCE, seed },
  );
  // All at once: the first one of many would say little.
  expect({ seed, faults: [...faults] }).toEqual({ seed, faults: [] });
  // The requests are worth something only if many of them get through.
  expect((counts.get(2) ?? 0) / REQUESTS).toBeGreaterThan(0.2);
  expect((counts.get(4) ?? 0) / REQUESTS).toBeGreaterThan(0.2);
}, 600_000);
