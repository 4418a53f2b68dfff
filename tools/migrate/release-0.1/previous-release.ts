import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const TEXT = readFileSync(join(import.meta.dirname, 'statements.sql'), 'utf8');
const STATEMENTS = new Map(
  [...TEXT.matchAll(/^-- name: (\S+)\n([^]*?)(?=^-- name: |$(?![^]))/gm)].map(([, name = '', sql = '']) => [
    name,
    sql.trim(),
  ]),
);
const textOf = (name: string): string => {
  const text = STATEMENTS.get(name);
  if (text === undefined) throw new Error(`statements.sql has no ${name}`);
  return text;
};

/** Its own bound for statements and for waiting for locks: what takes longer was an error to its clients. */
const TIMEOUT_MS = 5_000;

type Row = Record<string, unknown>;

/** What of an attempt names its owner. */
export interface OldFence {
  readonly taskId: string;
  readonly attempt: number;
  readonly sessionId: string;
}

interface OldIds {
  readonly teamId: string;
  readonly sessionId: string;
}

const jsonb = (value: unknown): string => JSON.stringify(value);

/** An api and a worker of release 0.1, as far as PostgreSQL sees them: its own statements, one connection. */
export class PreviousRelease {
  readonly #client: pg.Client;
  readonly #teamId: string;
  readonly #sessionId: string;

  readonly #onStatement: (name: string) => void;

  private constructor(client: pg.Client, ids: OldIds, onStatement: (name: string) => void) {
    this.#client = client;
    this.#teamId = ids.teamId;
    this.#sessionId = ids.sessionId;
    this.#onStatement = onStatement;
  }

  static get statementNames(): string[] {
    return [...STATEMENTS.keys()];
  }

  /** @param onStatement - told of each statement that worked. */
  static async connect(
    url: string,
    ids: OldIds,
    onStatement: (name: string) => void,
  ): Promise<PreviousRelease> {
    const timeouts = { statement_timeout: TIMEOUT_MS, lock_timeout: TIMEOUT_MS };
    const client = new pg.Client({ connectionString: url, ...timeouts });
    await client.connect();
    return new PreviousRelease(client, ids, onStatement);
  }

  end(): Promise<void> {
    return this.#client.end();
  }

  async openSession(): Promise<void> {
    const id = this.#sessionId;
    await this.run('open-session', [id, `worker-${id}`, 'nonce', 'host', '0.1.0', 4, 10_000]);
  }

  heartbeat(): Promise<Row[]> {
    return this.run('heartbeat', [this.#sessionId, false, 10_000]);
  }

  closeSession(): Promise<Row[]> {
    return this.run('close-session', [this.#sessionId]);
  }

  /** @returns whether it was accepted. */
  async submit(id: string, key: string | null = null): Promise<boolean> {
    const task = [
      id,
      this.#teamId,
      'key_old',
      jsonb({ description: id }),
      1,
      5,
      3,
      '{}',
      'drydock/toolbox:1',
      '{}',
    ];
    const origin = [null, null, null, null, null, null, null, null];
    const rest = [
      '{}',
      'source',
      Buffer.from('sealed'),
      'POST /v1/tasks',
      key,
      key === null ? null : 'hash',
      false,
    ];
    const [row] = await this.run('submit', [...task, ...origin, ...rest]);
    return row?.['createdAt'] instanceof Date;
  }

  async claim(): Promise<OldFence | null> {
    const sql = textOf('claim').replaceAll('{session}', this.#sessionId);
    const results = (await this.#told('claim', () => this.#client.query(sql))) as unknown as pg.QueryResult[];
    const row = results.at(-1)?.rows[0] as Row | undefined;
    if (row?.['live'] !== true) throw new Error('the session has no lease');
    const taskId = row['id'];
    if (typeof taskId !== 'string') return null;
    return { taskId, attempt: Number(row['attempt']), sessionId: this.#sessionId };
  }

  async append(fence: OldFence, texts: readonly string[]): Promise<void> {
    const at = new Date().toISOString();
    const events = [texts.map(() => 'log'), texts.map(() => at), texts.map((text) => jsonb({ text }))];
    await this.#hits('append', [...fenceValues(fence), ...events]);
  }

  /** All that an attempt writes between its claim and its end. */
  async work(fence: OldFence): Promise<void> {
    await this.#hits('enter-phase', [...fenceValues(fence), 'agent']);
    await this.#hits('pin-base', [...fenceValues(fence), 'main', 'c0ffee', 'beef']);
    await this.append(fence, ['one', 'two']);
    await this.#hits('record-call', [
      ...fenceValues(fence),
      `call-${String(fence.attempt)}`,
      'm',
      1,
      0,
      1,
      0.5,
      10,
      200,
    ]);
  }

  async finish(fence: OldFence): Promise<void> {
    await this.#client.query('BEGIN');
    await this.#hits('lock-attempt', fenceValues(fence));
    await this.#close(fence, { outcome: 'changed', status: 'succeeded', event: 'task.finished' });
    await this.#client.query('COMMIT');
  }

  /** Takes back what sessions without a lease hold. @returns how many. */
  async sweep(): Promise<number> {
    await this.#client.query('BEGIN');
    const lost = await this.run('lock-lost', []);
    await this.run('end-sessions', [[...new Set(lost.map((row) => row['sessionId']))]]);
    for (const row of lost)
      await this.#close(row as unknown as OldFence, {
        outcome: 'lost',
        status: 'queued',
        event: 'task.released',
      });
    await this.#client.query('COMMIT');
    return lost.length;
  }

  cancel(id: string): Promise<Row[]> {
    const end = { status: 'cancelled', outcome: 'cancelled', error: null };
    return this.run('cancel', [id, this.#teamId, jsonb(end)]);
  }

  async task(id: string): Promise<Row | undefined> {
    return (await this.run('get', [id, this.#teamId]))[0];
  }

  /** Seqs of the history. */
  async history(id: string): Promise<number[]> {
    return (await this.run('read-events', [id, 0, 1_000])).map((row) => Number(row['seq']));
  }

  /** What its pages and loops read besides. */
  async lookAround(id: string): Promise<void> {
    await this.run('list', [this.#teamId, 10]);
    await this.run('artifacts', [id, this.#teamId]);
    await this.run('live-attempts', []);
    await this.run('count-by-team', []);
    await this.run('workers', []);
    for (const name of ['count-eligible', 'count-claimable'])
      await this.#told(name, () => this.#client.query(textOf(name)));
  }

  async run(name: string, values: readonly unknown[]): Promise<Row[]> {
    const text = textOf(name);
    const { rows } = await this.#told(name, () =>
      this.#client.query<Row>({ name, text, values: [...values] }),
    );
    return rows;
  }

  async #hits(name: string, values: readonly unknown[]): Promise<void> {
    if ((await this.run(name, values)).length !== 1) throw new Error(`${name} hit nothing`);
  }

  async #close(
    { taskId, attempt }: OldFence,
    { outcome, status, event }: { outcome: string; status: string; event: string },
  ): Promise<void> {
    const isFinal = status !== 'queued';
    const closed = {
      ...{ taskId, attempt, attemptOutcome: outcome, attemptError: null, status, final: isFinal, event },
      ...{
        outcome: isFinal ? outcome : null,
        error: null,
        delayMs: 0,
        payload: { outcome },
        agentSeconds: 1,
      },
      ...{ resultTree: isFinal ? 'f00d' : null, diffstat: null, verify: [] },
    };
    const artifact = { taskId, name: 'patch.diff', bytes: 3, sha256: 'aa', contentType: 'text/x-diff' };
    const [row] = await this.run('close-attempts', [jsonb([closed]), jsonb(isFinal ? [artifact] : [])]);
    if (row?.['closed'] !== 1) throw new Error('close-attempts closed nothing');
  }

  async #told<T>(name: string, work: () => Promise<T>): Promise<T> {
    const result = await work();
    this.#onStatement(name);
    return result;
  }
}

const fenceValues = ({ taskId, attempt, sessionId }: OldFence): [string, number, string] => [
  taskId,
  attempt,
  sessionId,
];
