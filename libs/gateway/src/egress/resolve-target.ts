import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './address-check.ts';
import { NOT_PUBLIC, type EgressPolicy, type EgressTarget } from './egress-policy.ts';

/** All addresses of a name, A and AAAA. Rejects when there are none. */
export type Resolver = (host: string) => Promise<readonly string[]>;

/** The host's own resolver, so that its hosts file and search rules hold; IPv4 first. */
export const systemResolver: Resolver = async (host) =>
  (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);

const RESOLVE_MS = 10_000;
/** Addresses that are tried one after the other. */
const MAX_ADDRESSES = 4;

export type Resolved =
  | { readonly addresses: readonly string[] }
  /** `refused`: a rule says no. `failed`: the name or the network does. */
  | { readonly refused: string }
  | { readonly failed: string };

const resolveInTime = async (host: string, resolver: Resolver): Promise<readonly string[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the name server did not answer'));
    }, RESOLVE_MS);
  });
  return Promise.race([resolver(host), late]).finally(() => {
    clearTimeout(timer);
  });
};

/**
 * Applies the policy, then resolves the name once: the addresses that were checked are the ones to dial. One address
 * that is not public spoils the whole answer, because the next answer may have only that one.
 */
export const resolveTarget = async (
  target: EgressTarget,
  policy: EgressPolicy,
  resolver: Resolver,
): Promise<Resolved> => {
  const refused = policy.refuse(target);
  if (refused !== null) return { refused };
  let addresses: readonly string[];
  try {
    addresses = isIP(target.host) === 0 ? await resolveInTime(target.host, resolver) : [target.host];
  } catch {
    return { failed: 'Its name does not resolve.' };
  }
  if (addresses.length === 0) return { failed: 'Its name does not resolve.' };
  if (!policy.mayBePrivate(target) && !addresses.every(isPublicAddress)) return { refused: NOT_PUBLIC };
  return { addresses: addresses.slice(0, MAX_ADDRESSES) };
};
