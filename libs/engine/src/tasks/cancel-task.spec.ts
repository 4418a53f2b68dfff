import { describe, expect, it } from '@jest/globals';
import type { Outcome, TeamId } from '@drydock/domain';
import { FakeTaskStore } from '../testing/fake-task-store.ts';
import { aNewTask } from '../testing/stores-under-test.ts';
import { CancelTask } from './cancel-task.ts';
import { ReadTask } from './read-task.ts';

const TEAM = 'team_1' as TeamId;

describe('CancelTask', () => {
  it("counts the end of a queued task, once; that of a running one is the worker's to count", async () => {
    const tasks = new FakeTaskStore();
    const counted: Outcome[] = [];
    const telemetry = { taskFinished: (outcome: Outcome) => void counted.push(outcome) };
    const cancel = new CancelTask(new ReadTask(tasks), tasks, telemetry);
    const submit = async () => (await tasks.submit(aNewTask(TEAM), null)).task.id;
    const [queued, running] = [await submit(), await submit()];
    tasks.change(running, { status: 'running' });
    for (const id of [queued, queued, running]) await cancel.run(TEAM, id);
    expect(counted).toEqual(['cancelled']);
  });
});
