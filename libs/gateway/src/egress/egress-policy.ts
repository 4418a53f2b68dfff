import { isIP } from 'node:net';
import { isAllowedPrivate, isOnAllowlist, type AllowedPrivateHosts } from '@drydock/domain';

export interface EgressTarget {
  /** Lower case, no brackets, no dot at the end. */
  readonly host: string;
  readonly port: number;
  /** CONNECT; false: a plain http:// request. */
  readonly tunnel: boolean;
}

/** Who may be reached. Asked before anything is resolved. */
export interface EgressPolicy {
  /** Null, or why not and what to do about it. */
  refuse(target: EgressTarget): string | null;
  /** The operator lets this host have an address that is not public. */
  mayBePrivate(target: EgressTarget): boolean;
}

const OPERATOR = 'An operator can allow it by DRYDOCK_ALLOW_PRIVATE_HOSTS.';
const isLiteral = ({ host }: EgressTarget): boolean => isIP(host) !== 0;

export const nameOf = ({ host, port }: Pick<EgressTarget, 'host' | 'port'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;

export const NOT_PUBLIC = `It has an address that is not public. ${OPERATOR}`;

/** A task's allowlist. Hosts that the operator allows although private must be on it as well. */
export const allowlistPolicy = (
  allow: readonly string[],
  phase: string,
  allowedPrivateHosts: AllowedPrivateHosts,
): EgressPolicy => {
  const mayBePrivate = ({ host, port }: EgressTarget): boolean =>
    isAllowedPrivate(allowedPrivateHosts, host, port);
  return {
    mayBePrivate,
    refuse: (target) => {
      const { host, port } = target;
      if (isLiteral(target) && !mayBePrivate(target)) return `Name a host, not an IP address. ${OPERATOR}`;
      if (isOnAllowlist(allow, host, port)) return null;
      const entry = port === 80 || port === 443 ? host : nameOf(target);
      return `It is not on the allowlist. To allow it, add "${entry}" to network.${phase}.allow.`;
    },
  };
};

/** The worker's own git traffic: any public host over https, or what the operator allows, over http too. */
export const publicGitPolicy = (allowedPrivateHosts: AllowedPrivateHosts): EgressPolicy => {
  const mayBePrivate = ({ host, port }: EgressTarget): boolean =>
    isAllowedPrivate(allowedPrivateHosts, host, port);
  return {
    mayBePrivate,
    refuse: (target) => {
      if (mayBePrivate(target)) return null;
      if (isLiteral(target)) return `Name a host, not an IP address. ${OPERATOR}`;
      return target.tunnel && target.port === 443 ? null : `Only https on port 443 is allowed. ${OPERATOR}`;
    },
  };
};
