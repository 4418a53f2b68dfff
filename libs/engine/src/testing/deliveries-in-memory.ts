import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { armCrashPoint, type CrashPoint, type SessionId, type TaskId, type TeamId } from '@drydock/domain';
import { targetBranch } from '../delivery/delivery-target.ts';
import { PerformDelivery } from '../delivery/perform-delivery.ts';
import type { PullRequestOrder } from '../ports/delivery-store.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { DeliveryRecord, FrozenRequest } from '../ports/task-record.ts';
import { WorkerSession } from '../session/worker-session.ts';
import { anOrder, type TaskEnd } from './deliveries-under-test.ts';
import { FakeArtifactStore } from './fake-artifact-store.ts';
import { FakeBranchPublisher } from './fake-branch-publisher.ts';
import { FakeDeliveryStore } from './fake-delivery-store.ts';
import { FakeForge } from './fake-forge.ts';
import { FakeRepositoryStore } from './fake-repository-store.ts';

/** What `FakeDeliveryStore` has every task start from. */
const BASE_COMMIT = 'c0'.repeat(20);

export interface PlayedDelivery extends Partial<TaskEnd> {
  readonly order?: Partial<PullRequestOrder>;
  readonly token?: string;
}

/** A code host, a publisher and a store in memory, and workers over them that may die. */
export class DeliveriesInMemory {
  readonly publisher = new FakeBranchPublisher();
  readonly forge = new FakeForge(this.publisher);
  readonly store = new FakeDeliveryStore();
  readonly artifacts = new FakeArtifactStore();
  readonly repositories = new FakeRepositoryStore();
  /** acme/shop, which tasks are about. */
  readonly repository = this.forge.repository('acme', 'shop');
  publicUrl: string | null = 'https://drydock.example.org';
  teamId = 'team' as TeamId;
  taskId = '' as TaskId;
  /** Fields of all that the workers have warned of. */
  readonly warnings: object[] = [];

  constructor() {
    this.repository.commit('main', BASE_COMMIT);
  }

  /** A task whose delivery is due. */
  async add({ order, token, outcome = 'changed', verify = [] }: PlayedDelivery = {}): Promise<void> {
    const task = { order: anOrder(order), ...(token !== undefined && { token }) };
    this.taskId = await this.store.submit(this.teamId, task);
    await this.store.end(this.taskId, { outcome, verify });
    await this.keep('diff.patch', 'patch');
  }

  /** A task that adds a commit to the pull request of the last one, on top of what its branch has. */
  async addFollowUp(play: PlayedDelivery = {}): Promise<void> {
    const before = this.store.task(this.taskId);
    const branch = targetBranch(before);
    const commit = this.publisher.tip(this.repository.url, branch);
    await this.add(play);
    this.store.changeTask(this.taskId, {
      parentId: before.parentId ?? before.id,
      base: { ref: branch, commit, tree: '7e'.repeat(20) },
    });
  }

  request(): FrozenRequest {
    return this.store.task(this.taskId).request;
  }

  async keep(name: string, content: string): Promise<void> {
    const key = `tasks/${this.taskId}/attempts/1/${name}`;
    const signal = new AbortController().signal;
    await this.artifacts.put(key, Readable.from([Buffer.from(content)]), { signal });
  }

  /** A worker with a session of its own. */
  async newWorker(heartbeat: () => Promise<unknown> = () => Promise.resolve({ cancel: [], owned: [] })) {
    const nothing = (): undefined => undefined;
    const warn = (fields: object): unknown => this.warnings.push(fields);
    const log = { debug: nothing, info: nothing, warn, error: nothing };
    const id = `w:${randomBytes(4).toString('hex')}` as SessionId;
    const sessions = {
      open: () => this.store.openSession(id),
      heartbeat,
      close: () => this.store.closeSession(id),
    } as unknown as SessionStore;
    const describe = () => ({ id, workerId: 'w', bootNonce: '1', host: 'h', version: '0', concurrency: 1 });
    const attempts = {
      claimNext: () => Promise.resolve(null),
      finish: () => Promise.resolve('finished' as const),
    };
    const session = new WorkerSession({ store: sessions, attempts, describe, log });
    await session.open();
    const telemetry = { log, span: <T>(_name: string, _options: unknown, work: () => Promise<T>) => work() };
    const hints = { publish: () => undefined, subscribe: () => () => undefined };
    const settings = {
      publicUrl: this.publicUrl,
      author: { name: 'Drydock', email: 'drydock@example.org' },
      secrets: ['operator-secret'],
    };
    const { artifacts, forge, publisher, repositories, store } = this;
    const ports = { artifacts, repositories, deliveries: store, forge, hints, publisher, telemetry };
    return { id, session, performDelivery: new PerformDelivery(ports, settings, session) };
  }

  /** One try by a new worker. @returns whether anything was due. */
  async run(): Promise<boolean> {
    const { performDelivery, session } = await this.newWorker();
    try {
      return await performDelivery.performNext();
    } finally {
      await session.close();
    }
  }

  /** Tries until nothing is due any more, however long it was put off. */
  async runToTheEnd(): Promise<void> {
    for (let tries = 0; tries < 40 && (await this.delivery()).state === 'pending'; tries++) {
      await this.store.makeDue();
      await this.run();
    }
  }

  /** A worker that dies at the point, and is taken back from. */
  async die(point: CrashPoint): Promise<void> {
    const { id, performDelivery, session } = await this.newWorker();
    const crash = (): never => {
      // Whatever it would still say is not heard.
      session.handBack();
      throw new Error(`died at ${point}`);
    };
    armCrashPoint(point, crash);
    await performDelivery.performNext().catch(() => undefined);
    await this.store.loseSession(id);
    await session.close();
  }

  async delivery(): Promise<DeliveryRecord> {
    const [delivery] = (await this.store.look(this.teamId, this.taskId)).deliveries;
    if (delivery === undefined) throw new Error('There is no delivery.');
    return delivery;
  }
}
