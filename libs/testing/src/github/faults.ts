/** What may go wrong with a request. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: 401 | 403 | 404 | 409 | 422 | 500 | 502 | 503;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'secondary_limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'primary_limit'; readonly resetsInSeconds: number }
  /** The connection ends without an answer; `after` the request has had its effect. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The request has its effect twice, as behind a proxy that repeats it; the second answer is the one that goes out. */
  | { readonly kind: 'twice' }
  /** The request waits before it is looked at. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

interface Planned {
  readonly on: string;
  readonly fault: Fault;
  left: number;
}

/** Faults that are still to come, by the route that they strike. */
export class Faults {
  readonly #planned: Planned[] = [];

  plan(on: string, fault: Fault, times: number): void {
    this.#planned.push({ on, fault, left: times });
  }

  /** The faults of one request, in the order in which they were planned; of each kind one at most. */
  take(route: string): readonly Fault[] {
    const taken: Planned[] = [];
    for (const one of this.#planned)
      if (one.left > 0 && one.on === route && !taken.some(({ fault }) => fault.kind === one.fault.kind))
        taken.push(one);
    for (const one of taken) one.left -= 1;
    return taken.map(({ fault }) => fault);
  }

  /** Takes back what has not come yet. */
  clear(): void {
    this.#planned.length = 0;
  }
}
