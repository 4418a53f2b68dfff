import 'reflect-metadata';
import { AppError } from '@drydock/domain';
import { run } from './run.ts';

try {
  await run();
} catch (error) {
  const text =
    error instanceof AppError
      ? error.detail
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`The worker cannot start. ${text}\n`);
  process.exit(1);
}
