import { isIP } from 'node:net';
import { isAllowedPrivate, type AllowedPrivateHosts } from '@drydock/domain';
import type { EgressPolicy } from '../egress/egress-policy.ts';

/** Receivers of webhooks: any public name over https, or what the operator allows, over http too. */
export const webhookPolicy = (allowed: AllowedPrivateHosts): EgressPolicy => {
  const mayBePrivate: EgressPolicy['mayBePrivate'] = ({ host, port }) =>
    isAllowedPrivate(allowed, host, port);
  return {
    mayBePrivate,
    refuse: (target) => {
      if (mayBePrivate(target)) return null;
      if (isIP(target.host) !== 0) return 'Name a host, not an IP address.';
      return target.tunnel ? null : 'Use https://.';
    },
  };
};
