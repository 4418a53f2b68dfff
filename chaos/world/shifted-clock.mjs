/**
 * Preloaded into a worker under test: its wall clock can be set wrong while it runs, as by a person or a broken NTP server.
 * SIGUSR2 reads the shift in milliseconds from the file named by CHAOS_CLOCK_FILE. The monotonic clock is left alone, as on
 * a real host.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
let shiftMs = 0;

class ShiftedDate extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(RealDate.now() + shiftMs);
    else super(...values);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate;
process.on('SIGUSR2', () => {
  shiftMs = Number(readFileSync(process.env.CHAOS_CLOCK_FILE, 'utf8')) || 0;
});
