import { deliveryBranch } from '@drydock/domain';
import type { TaskRecord } from '../ports/task-record.ts';

/** The branch that the commit of a task goes onto: its own, or that of the task whose pull request it adds to. */
export const targetBranch = ({ id, parentId }: Pick<TaskRecord, 'id' | 'parentId'>): string =>
  deliveryBranch(parentId ?? id);
