import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const BY_LEVEL = /"level":"(error|fatal)"/;
/** As Node itself and our own log say it. */
const UNHANDLED = /unhandled|uncaught|nobody (handled|caught)/i;

/** Lines of a log file that speak of errors, and of those nobody handled. */
export const complaintsIn = async (file: string): Promise<{ errors: string[]; unhandled: string[] }> => {
  const errors: string[] = [];
  const unhandled: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (UNHANDLED.test(line)) unhandled.push(line);
    else if (BY_LEVEL.test(line)) errors.push(line);
  }
  return { errors, unhandled };
};
