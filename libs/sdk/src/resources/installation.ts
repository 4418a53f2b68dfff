import type { ApiKey, ApiKeyRequest, NewApiKey, Queue, Readiness, Worker } from '../api-types.ts';
import type { Team, TeamChangeRequest, TeamRequest } from '../api-types.ts';
import { type CallOptions, type Http } from '../http/http.ts';
import { Pages } from '../http/pages.ts';

/** What operators look at. All but `ready` needs the scope `admin`. */
export class Installation {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Whether the API takes tasks, and what it misses. */
  ready({ signal }: CallOptions = {}): Promise<Readiness> {
    return this.#http.call((each) => this.#http.raw.GET('/readyz', { signal: each }), {
      isRepeatable: true,
      ...(signal && { signal }),
    });
  }

  async workers({ signal }: CallOptions = {}): Promise<readonly Worker[]> {
    const { items } = await this.#http.call((each) => this.#http.raw.GET('/v1/workers', { signal: each }), {
      isRepeatable: true,
      ...(signal && { signal }),
    });
    return items;
  }

  queue({ signal }: CallOptions = {}): Promise<Queue> {
    return this.#http.call((each) => this.#http.raw.GET('/v1/queue', { signal: each }), {
      isRepeatable: true,
      ...(signal && { signal }),
    });
  }

  teams({ signal }: CallOptions = {}): Pages<Team> {
    return new Pages((cursor) =>
      this.#http.call(
        (each) =>
          this.#http.raw.GET('/v1/teams', {
            params: { query: cursor === undefined ? {} : { cursor } },
            signal: each,
          }),
        { isRepeatable: true, ...(signal && { signal }) },
      ),
    );
  }

  /** A team has no key yet: `createKey` makes one. */
  createTeam(body: TeamRequest, { signal }: CallOptions = {}): Promise<Team> {
    return this.#http.call((each) => this.#http.raw.POST('/v1/teams', { body, signal: each }), {
      isRepeatable: false,
      ...(signal && { signal }),
    });
  }

  team(id: string, { signal }: CallOptions = {}): Promise<Team> {
    return this.#http.call(
      (each) => this.#http.raw.GET('/v1/teams/{id}', { params: { path: { id } }, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  changeTeam(id: string, body: TeamChangeRequest, { signal }: CallOptions = {}): Promise<Team> {
    return this.#http.call(
      (each) => this.#http.raw.PATCH('/v1/teams/{id}', { params: { path: { id } }, body, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }

  async keys(teamId: string, { signal }: CallOptions = {}): Promise<readonly ApiKey[]> {
    const { items } = await this.#http.call(
      (each) => this.#http.raw.GET('/v1/teams/{id}/keys', { params: { path: { id: teamId } }, signal: each }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
    return items;
  }

  /** The answer holds the whole key, this once. */
  createKey(teamId: string, body: ApiKeyRequest = {}, { signal }: CallOptions = {}): Promise<NewApiKey> {
    return this.#http.call(
      (each) =>
        this.#http.raw.POST('/v1/teams/{id}/keys', { params: { path: { id: teamId } }, body, signal: each }),
      { isRepeatable: false, ...(signal && { signal }) },
    );
  }

  /** Again: the same. */
  async revokeKey(teamId: string, keyId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.call(
      (each) =>
        this.#http.raw.DELETE('/v1/teams/{id}/keys/{keyId}', {
          params: { path: { id: teamId, keyId } },
          signal: each,
        }),
      { isRepeatable: true, ...(signal && { signal }) },
    );
  }
}
