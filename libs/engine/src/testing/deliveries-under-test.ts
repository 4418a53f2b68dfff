import type { DeliveryId, Outcome, SessionId, TaskId, TeamId } from '@drydock/domain';
import type { DeliveryStore, PullRequestOrder } from '../ports/delivery-store.ts';
import type { DeliveryRecord, VerifyOutcome } from '../ports/task-record.ts';

export interface DeliveredTask {
  readonly order?: PullRequestOrder | null;
  readonly token?: string;
  readonly isZip?: boolean;
}

export interface TaskEnd {
  readonly outcome: Outcome;
  readonly verify?: readonly VerifyOutcome[];
  /** 0: an empty patch was stored. */
  readonly patchBytes?: number;
}

export interface DeliveryLook {
  readonly deliveries: readonly DeliveryRecord[];
  /** Of the task, after its end: `<type> <state or code>`, in their order. */
  readonly events: readonly string[];
  /** The numbers of all its events, in their order. */
  readonly seqs: readonly number[];
  readonly hasToken: boolean;
}

/** A DeliveryStore over a truth that the test makes up. */
export interface DeliveriesUnderTest {
  readonly deliveries: DeliveryStore;
  addTeam(): Promise<TeamId>;
  allowWorkflows(teamId: TeamId): Promise<void>;
  openSession(): Promise<SessionId>;
  closeSession(session: SessionId): Promise<void>;
  /** Its lease ends, and a sweep takes back what it had. */
  loseSession(session: SessionId): Promise<void>;
  /** A git source, unless it is a ZIP. */
  submit(teamId: TeamId, task?: DeliveredTask): Promise<TaskId>;
  end(taskId: TaskId, end: TaskEnd): Promise<void>;
  /** Ends it as a worker does that knows no deliveries, some time ago. */
  endUnnoticed(taskId: TaskId, end: TaskEnd): Promise<void>;
  withdrawFiles(taskId: TaskId): Promise<void>;
  look(teamId: TeamId, taskId: TaskId): Promise<DeliveryLook>;
  /** Lets the time come that every postponed delivery waits for. */
  makeDue(): Promise<void>;
}

export const anOrder = (more: Partial<PullRequestOrder> = {}): PullRequestOrder => ({
  base: null,
  draft: false,
  title: null,
  labels: [],
  reviewers: [],
  maintainerCanModify: true,
  when: null,
  closes: null,
  ...more,
});

/** A team with a task that ended `changed` and has its delivery due. */
export const aDueDelivery = async (
  under: DeliveriesUnderTest,
  task: DeliveredTask = {},
): Promise<{ teamId: TeamId; taskId: TaskId; id: DeliveryId }> => {
  const teamId = await under.addTeam();
  const taskId = await under.submit(teamId, { order: anOrder(), ...task });
  await under.end(taskId, { outcome: 'changed' });
  const { deliveries } = await under.look(teamId, taskId);
  return { teamId, taskId, id: deliveries[0]!.id };
};
