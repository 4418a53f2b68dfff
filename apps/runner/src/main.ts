import { MessageWriter } from './protocol/message-writer.ts';
import { readCommands } from './protocol/read-commands.ts';
import { Session } from './session.ts';

const FLUSH_MS = 1000;

const writer = new MessageWriter();
writer.send({ type: 'ready' });

/** What a shell says of a program that SIGTERM ended: the worker asks the engine who sent it. */
const ENDED_BY_SIGTERM = 143;
let exitCode = 0;

const session = new Session(writer, () => process.exit(exitCode));
process.on('uncaughtException', (error) => session.fail(error));
process.on('unhandledRejection', (error) => session.fail(error));
// A polite stop of the container: nobody in it outlives the runner
process.on('SIGTERM', () => {
  exitCode = ENDED_BY_SIGTERM;
  session.take({ v: 1, type: 'cancel', graceSeconds: 1 });
});

readCommands(
  process.stdin,
  (command) => session.take(command),
  () => {
    session.abandon();
    // A write that nobody takes would hold an orderly exit for ever
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), FLUSH_MS);
    void writer.flushed().then(() => process.exit(0));
  },
);
