import type { Schema } from './wire-types.ts';

type Faults = NonNullable<Schema<'validation-error'>['errors']>;

/** A request that GitHub does not grant, in its words. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: Faults | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    { errors, headers = {} }: { errors?: Faults; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  get body(): Schema<'basic-error'> | Schema<'validation-error'> {
    const documentation_url = 'https://docs.github.com/rest';
    return this.errors === undefined
      ? { message: this.message, documentation_url, status: String(this.status) }
      : { message: this.message, documentation_url, errors: this.errors };
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');

export const invalid = (errors: Faults): Refusal => new Refusal(422, 'Validation Failed', { errors });
