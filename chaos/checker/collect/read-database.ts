import type { AttemptOutcome, Outcome, Status } from '@drydock/domain';
import { withClient } from '@drydock/testing';
import { threadId } from '../rows.ts';
import type { DatabaseEvidence, TaskEvidence, UsageEvidence } from '../evidence.ts';

type Row = Readonly<Record<string, unknown>>;

/** Event types whose payload a rule looks into; the rest of a history can be large. */
const TELLING = ['task.finished', 'phase.started', 'phase.finished', 'artifact.stored'];

const STATEMENTS = {
  tasks: `SELECT *, "error"->>'code' AS "errorCode",
    jsonb_array_length(coalesce("request"->'verify', '[]')) > 0 AS "hasVerify" FROM "Task" ORDER BY "id"`,
  attempts: `SELECT *, "error"->>'code' AS "errorCode" FROM "Attempt" ORDER BY "taskId", "number"`,
  events: `SELECT "taskId", "seq", "attempt", "type", "at",
    CASE WHEN "type" = ANY($1) THEN "payload" END AS "payload" FROM "TaskEvent" ORDER BY "taskId", "seq"`,
  artifacts: 'SELECT * FROM "Artifact" ORDER BY "taskId", "attempt", "name"',
  modelCalls: 'SELECT * FROM "ModelCall" ORDER BY "taskId", "id"',
  keys: 'SELECT * FROM "IdempotencyKey" ORDER BY "teamId", "key"',
  sessions: 'SELECT * FROM "WorkerSession" ORDER BY "id"',
  secrets: 'SELECT "taskId", "purpose" FROM "Secret" ORDER BY "taskId"',
  deliveries: `SELECT *, "error"->>'code' AS "errorCode" FROM "Delivery" ORDER BY "id"`,
  inbound: `SELECT *, "payload"->'repository'->>'owner' AS "owner", "payload"->'repository'->>'name' AS "name",
    "payload"->>'number' AS "number" FROM "InboundDelivery" ORDER BY "id"`,
  tellings: `SELECT l."taskId", r."owner", r."name", l."number", l."isTold"
    FROM "TriggerLink" l JOIN "Repository" r ON r."id" = l."repositoryId" ORDER BY l."taskId"`,
} as const;
type Table = keyof typeof STATEMENTS;

// The driver gives timestamps as dates, and numbers that may be larger than a double as text.
const timeOf = (value: unknown): number => (value as Date).getTime();
const timeOrNull = (value: unknown): number | null => (value === null ? null : timeOf(value));
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

const usageOf = (row: Row): Omit<UsageEvidence, 'modelCalls'> => ({
  inputTokens: Number(row['inputTokens']),
  cachedTokens: Number(row['cachedTokens']),
  outputTokens: Number(row['outputTokens']),
  costUsd: numberOrNull(row['costUsd']),
});

const taskOf = (row: Row): TaskEvidence => ({
  id: row['id'] as string,
  teamId: row['teamId'] as string,
  status: row['status'] as Status,
  outcome: row['outcome'] as Outcome | null,
  errorCode: row['errorCode'] as string | null,
  labels: row['labels'] as Record<string, string>,
  hasVerify: row['hasVerify'] as boolean,
  currentAttempt: row['currentAttempt'] as number,
  lastSeq: row['lastSeq'] as number,
  cancelRequested: row['cancelRequested'] as boolean,
  usage: { modelCalls: row['modelCalls'] as number, ...usageOf(row) },
  zipSha256: row['zipSha256'] as string | null,
  baseCommit: row['baseCommit'] as string | null,
  resultTree: row['resultTree'] as string | null,
  createdAt: timeOf(row['createdAt']),
  finishedAt: timeOrNull(row['finishedAt']),
  logsDeletedAt: timeOrNull(row['logsDeletedAt']),
  filesDeletedAt: timeOrNull(row['filesDeletedAt']),
});

const keyOf = (row: Row): { taskId: string; attempt: number } => ({
  taskId: row['taskId'] as string,
  attempt: row['attempt'] as number,
});

const attemptsOf = (rows: readonly Row[]): DatabaseEvidence['attempts'] =>
  rows.map((row) => ({
    taskId: row['taskId'] as string,
    number: row['number'] as number,
    workerId: row['workerId'] as string,
    sessionId: row['sessionId'] as string,
    startedAt: timeOf(row['startedAt']),
    finishedAt: timeOrNull(row['finishedAt']),
    outcome: row['outcome'] as AttemptOutcome | null,
    errorCode: row['errorCode'] as string | null,
  }));

const eventsOf = (rows: readonly Row[]): DatabaseEvidence['events'] =>
  rows.map((row) => ({
    taskId: row['taskId'] as string,
    seq: row['seq'] as number,
    attempt: row['attempt'] as number | null,
    type: row['type'] as string,
    at: timeOf(row['at']),
    payload: row['payload'] as Record<string, unknown> | null,
  }));

const threadOf = (row: Row): string =>
  threadId(`${String(row['owner'])}/${String(row['name'])}`, String(row['number']));

const codeHostRows = (
  rows: Readonly<Record<Table, readonly Row[]>>,
): Pick<DatabaseEvidence, 'deliveries' | 'inbound' | 'tellings'> => ({
  deliveries: rows.deliveries.map((row) => ({
    id: row['id'] as string,
    taskId: row['taskId'] as string,
    state: row['state'] as string,
    errorCode: row['errorCode'] as string | null,
    url: row['url'] as string | null,
  })),
  inbound: rows.inbound.map((row) => ({
    id: row['id'] as string,
    thread: threadOf(row),
    state: row['state'] as string,
    reason: row['reason'] as string | null,
    taskId: row['taskId'] as string | null,
  })),
  tellings: rows.tellings.map((row) => ({
    taskId: row['taskId'] as string,
    thread: threadOf(row),
    isTold: row['isTold'] as boolean,
  })),
});

const evidenceOf = (rows: Readonly<Record<Table, readonly Row[]>>, readAt: number): DatabaseEvidence => ({
  readAt,
  tasks: rows.tasks.map(taskOf),
  attempts: attemptsOf(rows.attempts),
  events: eventsOf(rows.events),
  artifacts: rows.artifacts.map((row) => ({
    ...keyOf(row),
    name: row['name'] as string,
    bytes: Number(row['bytes']),
    sha256: row['sha256'] as string,
  })),
  modelCalls: rows.modelCalls.map((row) => ({
    ...keyOf(row),
    callId: row['callId'] as string,
    ...usageOf(row),
  })),
  keys: rows.keys.map((row) => ({
    teamId: row['teamId'] as string,
    key: row['key'] as string,
    taskId: row['taskId'] as string,
  })),
  sessions: rows.sessions.map((row) => ({
    id: row['id'] as string,
    workerId: row['workerId'] as string,
    leaseUntil: timeOf(row['leaseUntil']),
    endedAt: timeOrNull(row['endedAt']),
  })),
  secrets: rows.secrets.map((row) => ({
    taskId: row['taskId'] as string,
    purpose: row['purpose'] as string,
  })),
  ...codeHostRows(rows),
});

/** Reads all that the rules ask for, as one snapshot. The database must hold this run's tasks only. */
export const readDatabase = (databaseUrl: string): Promise<DatabaseEvidence> =>
  withClient(databaseUrl, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const rows = {} as Record<Table, Row[]>;
    for (const [table, text] of Object.entries(STATEMENTS) as [Table, string][])
      rows[table] = (await client.query<Row>(text, table === 'events' ? [TELLING] : [])).rows;
    const [clock] = (await client.query<{ now: Date }>('SELECT now()')).rows;
    return evidenceOf(rows, clock?.now.getTime() ?? Date.now());
  });
