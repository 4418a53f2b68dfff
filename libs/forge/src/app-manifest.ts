import type { ForgePurpose } from '@drydock/engine';
import { EVENTS, permissionsOf, type Permissions } from './grants.ts';

const NAME = 'Drydock';
const DESCRIPTION = 'Coding tasks from issues and comments, as pull requests.';
const PURPOSES: readonly ForgePurpose[] = ['read', 'deliver', 'converse'];

/** An App as GitHub's manifest flow takes it. */
export interface AppManifest {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly public: boolean;
  readonly hook_attributes: { readonly url: string; readonly active: boolean };
  readonly default_permissions: Permissions;
  readonly default_events: readonly string[];
}

export interface ManifestOptions {
  /** That people and GitHub reach the api by, without a slash at its end. */
  readonly publicUrl: string;
  /** Teams may allow changes to workflows. */
  readonly workflows: boolean;
}

export const appManifest = ({ publicUrl, workflows }: ManifestOptions): AppManifest => ({
  name: NAME,
  description: DESCRIPTION,
  url: publicUrl,
  public: false,
  hook_attributes: { url: `${publicUrl}/v1/webhooks/github`, active: true },
  default_permissions: permissionsOf(workflows ? [...PURPOSES, 'deliver_workflows'] : PURPOSES),
  default_events: EVENTS,
});

/**
 * The page that registers the App, with the form filled in.
 * @param settings - `https://github.com/settings`, or an organization's: `https://github.com/organizations/acme/settings`.
 */
export const registrationUrl = (manifest: AppManifest, settings: string): string => {
  const url = new URL(`${settings}/apps/new`);
  const { name, description, hook_attributes, default_permissions, default_events } = manifest;
  const fields: Readonly<Record<string, string>> = {
    name,
    description,
    url: manifest.url,
    public: String(manifest.public),
    webhook_active: String(hook_attributes.active),
    webhook_url: hook_attributes.url,
    ...default_permissions,
  };
  for (const [field, value] of Object.entries(fields)) url.searchParams.set(field, value);
  for (const event of default_events) url.searchParams.append('events[]', event);
  return url.toString();
};
