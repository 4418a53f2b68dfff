import type { EventPage, TaskEvent } from '@drydock/sdk';
import type { Drydock } from '@drydock/sdk/node';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describeEvent } from '../watch/describe-event.ts';
import { whileDetachable, whileInterruptible } from '../watch/interrupts.ts';
import { jsonText } from '../terminal/safe-text.ts';
import { OutageNotice } from '../watch/outage-notice.ts';
import { type Register, taskId } from './act.ts';
import { exitCodeOf } from './outcome.ts';

interface LogsFlags {
  readonly follow?: boolean;
}

const show = (context: Context, event: TaskEvent): void => {
  if (context.isJson) {
    context.terminal.print(jsonText(event));
    return;
  }
  const line = describeEvent(event, context.terminal.out, true);
  if (line !== null) context.terminal.print(line);
};

/** What has happened so far. */
const print = (context: Context, client: Drydock, id: string): Promise<ExitCode> =>
  whileInterruptible('', async (signal) => {
    for (let after: number | null = 0; after !== null;) {
      const page: EventPage = await client.tasks.events(id, { after, limit: 1000, signal });
      for (const event of page.items) show(context, event);
      after = page.next;
    }
    return EXIT.ok;
  });

/** Everything until the end. */
const follow = async (context: Context, client: Drydock, id: string): Promise<ExitCode> => {
  await whileDetachable(
    {
      say: (line) => {
        context.say(line);
      },
      hint: `Come back by: drydock logs -f ${id}`,
      cancel: (signal) => client.tasks.cancel(id, { signal }),
    },
    async (signal) => {
      const outage = new OutageNotice((text) => {
        context.say(text);
      });
      for await (const event of client.tasks.follow(id, { signal, onReconnect: outage.lost })) {
        outage.back();
        show(context, event);
      }
    },
  );
  return exitCodeOf(await client.tasks.get(id));
};

export const registerLogs: Register = (program, act) => {
  const command = program
    .command('logs')
    .description('Show what happened in a task; with --json one event a line')
    .argument('<id>', 'id of the task', taskId)
    .option('-f, --follow', 'go on until the task ends; the exit code is then that of the task');
  act<[string], LogsFlags>(command, async (context, { args: [id], options }) => {
    const client = await context.client();
    return options.follow ? follow(context, client, id) : print(context, client, id);
  });
};
