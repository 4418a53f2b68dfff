import { z } from 'zod';
import { flag, listOf } from './values.ts';

const HOST = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;
const IMAGE_GLOB = /^[A-Za-z0-9*][A-Za-z0-9*._:/@-]{0,254}$/;

/** What tasks may ask for on this installation. */
export const PolicySettings = z
  .object({
    DRYDOCK_ALLOW_PRIVATE_HOSTS: listOf(HOST, 'must be a comma list of host or host:port')
      .default([])
      .describe('What git, egress and webhooks may reach although its address is private, over http too'),
    DRYDOCK_ALLOWED_IMAGES: listOf(IMAGE_GLOB, 'must be a comma list of image names in which * fits anything')
      .refine((globs) => globs.length > 0, 'must name at least one image')
      .default(['drydock/*'])
      .describe('Images that tasks may ask for'),
    DRYDOCK_ALLOW_FULL_NETWORK: flag.describe('1 lets tasks ask for the network mode `full`'),
  })
  .meta({ title: 'What tasks may ask for' })
  .transform((env) => ({
    // IPv6 without brackets, as the domain compares it.
    allowPrivateHosts: new Set(
      env.DRYDOCK_ALLOW_PRIVATE_HOSTS.map((host) => host.toLowerCase().replace(/[[\]]/g, '')),
    ),
    allowedImages: env.DRYDOCK_ALLOWED_IMAGES,
    allowFullNetwork: env.DRYDOCK_ALLOW_FULL_NETWORK,
  }));

export interface PolicyConfig {
  /** `host` or `host:port`, lowercase, IPv6 without brackets. */
  readonly allowPrivateHosts: ReadonlySet<string>;
  /** Globs. */
  readonly allowedImages: readonly string[];
  readonly allowFullNetwork: boolean;
}
