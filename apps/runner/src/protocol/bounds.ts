/**
 * The bounds of the runner protocol. Copies of those in `@drydock/contracts` (a spec compares them): importing that
 * package at run time would load its schemas, which costs more than the whole start of the runner.
 */
export const MAX_LINE_BYTES = 512 * 1024;
export const MAX_LOG_TEXT = 64 * 1024;
export const MAX_DONE_MESSAGE = 16 * 1024;
export const MAX_NOTICE_MESSAGE = 4096;
export const MAX_NAME = 256;
