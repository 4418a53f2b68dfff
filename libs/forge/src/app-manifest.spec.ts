import { describe, expect, it } from '@jest/globals';
import { GITHUB_EVENTS } from '@drydock/contracts';
import { appManifest, registrationUrl } from './app-manifest.ts';
import { PERMISSIONS } from './grants.ts';

const publicUrl = 'https://drydock.example.com';
const plain = appManifest({ publicUrl, workflows: false });

describe('appManifest', () => {
  it('asks for what the tokens are minted with, and for nothing else', () => {
    expect(plain.default_permissions).toEqual({
      metadata: 'read',
      contents: 'write',
      pull_requests: 'write',
      issues: 'write',
      checks: 'write',
    });
    const used = new Set(
      (['read', 'deliver', 'converse'] as const).flatMap((purpose) => Object.keys(PERMISSIONS[purpose])),
    );
    expect(Object.keys(plain.default_permissions).sort()).toEqual([...used].sort());
  });

  it('asks for the events that may start something, and for no others', () => {
    expect([...plain.default_events].sort()).toEqual(Object.keys(GITHUB_EVENTS).sort());
  });

  it('asks for workflows only when it is told to', () => {
    expect(plain.default_permissions).not.toHaveProperty('workflows');
    expect(appManifest({ publicUrl, workflows: true }).default_permissions.workflows).toBe('write');
  });

  it('has the webhook at the api', () => {
    expect(plain.hook_attributes.url).toBe('https://drydock.example.com/v1/webhooks/github');
  });
});

describe('registrationUrl', () => {
  it('fills in the form with the same', () => {
    const url = new URL(registrationUrl(plain, 'https://github.com/organizations/acme/settings'));
    expect(url.pathname).toBe('/organizations/acme/settings/apps/new');
    expect(url.searchParams.get('webhook_url')).toBe(plain.hook_attributes.url);
    expect(url.searchParams.getAll('events[]')).toEqual(plain.default_events);
    for (const [name, level] of Object.entries(plain.default_permissions))
      expect(url.searchParams.get(name)).toBe(level);
  });
});
