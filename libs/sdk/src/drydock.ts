import { Http, type HttpOptions } from './http/http.ts';
import { Installation } from './resources/installation.ts';
import { Deliveries, Repositories } from './resources/repositories.ts';
import { Tasks, type WithPath } from './resources/tasks.ts';
import { WebhookEndpoints } from './resources/webhook-endpoints.ts';

export type DrydockOptions = HttpOptions;

/** A client of one Drydock with one API key. Runs wherever there is `fetch`. */
export class Drydock {
  readonly tasks: Tasks;
  readonly deliveries: Deliveries;
  readonly repositories: Repositories;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly installation: Installation;
  /** The typed client below, for routes that have no method here: no retries, no typed errors. */
  readonly raw: Http['raw'];

  /** @throws TypeError when `baseUrl` or `apiKey` cannot be one. */
  constructor(options: DrydockOptions, withPath: WithPath | null = null) {
    const http = new Http(options);
    this.raw = http.raw;
    this.tasks = new Tasks(http, withPath);
    this.deliveries = new Deliveries(http);
    this.repositories = new Repositories(http);
    this.webhookEndpoints = new WebhookEndpoints(http);
    this.installation = new Installation(http);
  }
}
