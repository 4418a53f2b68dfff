import { createHash } from 'node:crypto';
import type { GithubClient } from './github-client.ts';

type Answer = Awaited<ReturnType<GithubClient['request']>>;

const MOST_ENTRIES = 1000;
/** Small answers that are asked for again and again. */
const ROUTES = new Set([
  '/repos/{owner}/{repo}',
  '/repos/{owner}/{repo}/git/ref/{ref}',
  '/repos/{owner}/{repo}/compare/{basehead}',
]);

/**
 * Answers with their entity tags, so that what has not changed costs nothing of the rate limit. Kept per credential: one
 * never sees what another was told. An answer is used only after GitHub said, to this very credential, that it still holds.
 */
export class EntityTags {
  readonly #known = new Map<string, { readonly tag: string; readonly answer: Answer }>();

  attach(client: GithubClient, token: string): void {
    const credential = createHash('sha256').update(token).digest('base64');
    client.hook.wrap('request', async (request, options) => {
      if (options.method !== 'GET' || !ROUTES.has(options.url)) return request(options);
      const key = `${credential} ${client.request.endpoint(options).url}`;
      const known = this.#known.get(key);
      if (known !== undefined) options.headers['if-none-match'] = known.tag;
      try {
        const answer = await request(options);
        this.#keep(key, answer);
        return answer;
      } catch (error) {
        if (known === undefined || (error as { status?: unknown }).status !== 304) throw error;
        return known.answer;
      }
    });
  }

  #keep(key: string, answer: Answer): void {
    const tag = answer.headers.etag;
    if (tag === undefined) return;
    this.#known.delete(key);
    this.#known.set(key, { tag, answer });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_ENTRIES && oldest !== undefined) this.#known.delete(oldest);
  }
}
