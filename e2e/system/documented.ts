import { AnswerCheck, readApiDocument } from '@drydock/testing';

let check: AnswerCheck | null = null;

/** Bytes and streams are looked at by their head only. @throws Error that names what the document does not know. */
export const expectDocumented = async (method: string, path: string, response: Response): Promise<void> => {
  // Measurements use the same client, and are of other things.
  if (process.env['JEST_WORKER_ID'] === undefined) return;
  check ??= new AnswerCheck(readApiDocument());
  const contentType = response.headers.get('content-type');
  const body = contentType?.includes('json') === true ? await response.clone().text() : '';
  const faults = check.faults({ method, path, status: response.status, contentType, body });
  if (faults.length > 0) throw new Error(`not as docs/openapi.json says: ${faults.slice(0, 5).join('; ')}`);
};
