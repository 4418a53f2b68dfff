import type { Task } from '../api/types.ts';
import { dateTime } from '../text/amounts.ts';
import { visible } from '../text/visible.ts';

/** What the task was asked to be, by name. */
const factsOf = (task: Task): [name: string, value: string][] => {
  const facts: [string, string | null | undefined][] = [
    ['Id', task.id],
    ['Repository', task.source.git?.url],
    ['ZIP', task.source.zip && `SHA-256 ${task.source.zip.sha256}`],
    ['Branch or tag', task.base?.ref],
    ['Base commit', task.base?.commit],
    ['Harness', task.agent.harness],
    ['Model', task.agent.model],
    ['Command', task.agent.command?.join(' ').slice(0, 500)],
    ['Image', task.image.name],
    ['Priority', String(task.priority)],
    ['Created', dateTime(task.createdAt)],
    ['Started', task.startedAt && dateTime(task.startedAt)],
    ['Finished', task.finishedAt && dateTime(task.finishedAt)],
  ];
  return facts.flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
};

export const Facts = ({ task }: { readonly task: Task }) => (
  <aside aria-label="About the task">
    <dl class="fact-list">
      {factsOf(task).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{visible(value)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  </aside>
);
