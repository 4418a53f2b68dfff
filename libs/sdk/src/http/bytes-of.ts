/**
 * The body of an answer as bytes; one without a body has no data. Not by `instanceof`: where a page, a test runner or a worker
 * has globals of its own, `fetch` may give the buffers of another one, and no patch may be taken for an empty one.
 */
export const bytesOf = (data: unknown): Uint8Array<ArrayBuffer> =>
  data === undefined || data === null ? new Uint8Array() : new Uint8Array(data as ArrayBuffer);
