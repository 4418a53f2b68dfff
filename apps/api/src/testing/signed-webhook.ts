import { createHmac } from 'node:crypto';

export const WEBHOOK_SECRET = 'a secret of the webhook';

export const signatureOf = (body: string | Uint8Array, secret = WEBHOOK_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** An event as GitHub sends it, in what is used of it. */
export const LABELED = {
  action: 'labeled',
  repository: {
    id: 1,
    name: 'shop',
    full_name: 'acme/shop',
    owner: { login: 'acme', type: 'Organization' },
    clone_url: 'https://github.com/acme/shop.git',
  },
  sender: { login: 'octocat', type: 'User' },
  issue: { number: 7, title: 'Totals are wrong', body: 'By a cent.', updated_at: '2026-01-02T03:04:05Z' },
  label: { name: 'drydock' },
};
