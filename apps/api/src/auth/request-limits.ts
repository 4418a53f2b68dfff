import { AppError } from '@drydock/domain';
import type { Caller } from '@drydock/engine';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** What is left for a key, as its answers' headers say. */
export interface Allowance {
  readonly perSecond: number;
  readonly remaining: number;
  /** Until it is whole again, in seconds. */
  readonly resetSeconds: number;
}

/** Wrong keys that an address may send in a minute: enough for a client with an old key to notice. */
const WRONG_KEYS = 60;
const WRONG_KEYS_SECONDS = 60;
const WRONG_KEYS_DETAIL = 'Too many wrong API keys came from this address.';
/** Sixteen bits each: a customer of a provider has all addresses of a /64. */
const IPV6_PARTS = 4;

const secondsOf = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));

const tooMany = (state: RateLimiterRes, detail: string): AppError => {
  const retryAfterSeconds = secondsOf(state);
  const wait = ` Try again in ${String(retryAfterSeconds)} s.`;
  return new AppError('rate_limited', detail + wait, { retryAfterSeconds });
};

/** The library rejects with its state, not with an error. @throws AppError `rate_limited`. */
const orRefuse = async (work: Promise<RateLimiterRes>, detail: string): Promise<RateLimiterRes> => {
  try {
    return await work;
  } catch (state) {
    if (state instanceof RateLimiterRes) throw tooMany(state, detail);
    throw state;
  }
};

const networkOf = (text: string): string => {
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, IPV6_PARTS).join(':') : address.toString();
};

/**
 * How often a key may call, and an address may err. Counted in the memory of this process, in windows that begin with the
 * first request: a task is accepted with PostgreSQL alone, so no request may wait for Redis. With n api processes behind a
 * balancer a key therefore has up to n times its rate.
 */
export class RequestLimits {
  readonly #defaultPerSecond: number;
  readonly #byRate = new Map<number, RateLimiterMemory>();
  readonly #wrongKeys = new RateLimiterMemory({ points: WRONG_KEYS, duration: WRONG_KEYS_SECONDS });

  /** @param defaultPerSecond - of keys without a rate of their own; 0: no limit. */
  constructor(defaultPerSecond: number) {
    this.#defaultPerSecond = defaultPerSecond;
  }

  /** Counts one request. Null: the key has no limit. @throws AppError `rate_limited`. */
  async take({ keyId, requestsPerSecond }: Caller): Promise<Allowance | null> {
    const perSecond = requestsPerSecond ?? this.#defaultPerSecond;
    if (perSecond === 0) return null;
    const detail = `This API key may make ${String(perSecond)} requests per second.`;
    const state = await orRefuse(this.#limiterOf(perSecond).consume(keyId), detail);
    return { perSecond, remaining: state.remainingPoints, resetSeconds: secondsOf(state) };
  }

  /** @throws AppError `rate_limited` when the address has sent too many wrong keys. */
  async checkAddress(address: string): Promise<void> {
    const state = await this.#wrongKeys.get(networkOf(address));
    if (state !== null && state.remainingPoints <= 0) throw tooMany(state, WRONG_KEYS_DETAIL);
  }

  /** @throws AppError `rate_limited` when it was one too many. */
  async countWrongKey(address: string): Promise<void> {
    await orRefuse(this.#wrongKeys.consume(networkOf(address)), WRONG_KEYS_DETAIL);
  }

  /** Rates are few: the installation's and those that an operator has set. */
  #limiterOf(perSecond: number): RateLimiterMemory {
    const known = this.#byRate.get(perSecond);
    if (known !== undefined) return known;
    const made = new RateLimiterMemory({ points: perSecond, duration: 1 });
    this.#byRate.set(perSecond, made);
    return made;
  }
}
