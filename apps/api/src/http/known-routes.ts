interface Route {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}/?$`);

/** Which methods an address takes, for 405. Filled while the routes are made. */
export class KnownRoutes {
  readonly #routes: Route[] = [];

  add(url: string, method: string | string[]): void {
    // Middleware's own catch-alls take part in no 405.
    if (!url.includes('*')) this.#routes.push({ pattern: patternOf(url), methods: [method].flat() });
  }

  methodsAt(path: string): string[] {
    const fitting = this.#routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => methods))].sort();
  }
}
