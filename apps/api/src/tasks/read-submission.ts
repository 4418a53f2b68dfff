import { TaskRequest } from '@drydock/contracts';
import { AppError } from '@drydock/domain';
import type { ReceivedArchive } from '@drydock/engine';
import type { FastifyRequest } from 'fastify';
import { invalidInput } from '../http/input-issues.ts';
import type { ReadMultipart } from './read-multipart.ts';
import type { UploadSpool } from './upload-spool.ts';

export interface ReadBody {
  readonly request: TaskRequest;
  /** As the client sent it. */
  readonly body: unknown;
  readonly archive: ReceivedArchive | null;
}

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AppError('malformed_json', 'The part "task" is not JSON that can be parsed.');
  }
};

const parseRequest = (body: unknown): TaskRequest => {
  const parsed = TaskRequest.safeParse(body);
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  return parsed.data;
};

const taskOfPart = (part: unknown): unknown => {
  if (part === undefined) {
    const detail = 'The multipart part "task" with the task JSON is missing.';
    throw new AppError('invalid_request', detail, { issues: [{ pointer: '', detail }] });
  }
  return typeof part === 'string' ? parseText(part) : part;
};

/** The body of `POST /v1/tasks`: JSON, or multipart with a ZIP. */
export class ReadSubmission {
  readonly #multipart: ReadMultipart;
  readonly #spool: UploadSpool;

  constructor(multipart: ReadMultipart, spool: UploadSpool) {
    this.#multipart = multipart;
    this.#spool = spool;
  }

  /** Reads the body, gives it to `work`, and removes the uploaded file whatever happens. */
  async with<T>(request: FastifyRequest, work: (read: ReadBody) => Promise<T>): Promise<T> {
    if (!request.isMultipart()) return work(this.#json(request));
    const { task, archive } = await this.#multipart.run(request);
    try {
      const body = taskOfPart(task);
      return await work({ request: parseRequest(body), body, archive });
    } finally {
      if (archive) await this.#spool.drop(archive);
    }
  }

  #json(request: FastifyRequest): ReadBody {
    if (request.body === undefined)
      throw new AppError(
        'malformed_json',
        'The body is empty. Send the task as JSON, with its content type.',
      );
    return { request: parseRequest(request.body), body: request.body, archive: null };
  }
}
