import { SubmitTask as RealSubmit } from '../../../libs/engine/src/tasks/submit-task.ts';

export * from '../../../libs/engine/src/tasks/submit-task.ts';

/** Takes no notice of keys: what is sent twice becomes two tasks. */
export class SubmitTask extends RealSubmit {
  override run(submission: Parameters<RealSubmit['run']>[0]): ReturnType<RealSubmit['run']> {
    return super.run({ ...submission, idempotencyKey: null });
  }
}
