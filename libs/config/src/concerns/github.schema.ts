import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { SettingFault } from '../settings-reader.ts';
import { urlOf } from './values.ts';

/** Who Drydock is at GitHub. */
export type GithubIdentity =
  | { readonly kind: 'token'; readonly token: string }
  /** `privateKey`: PKCS #8 in PEM, whichever form was given. */
  | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string };

export interface GithubConfig {
  /** Of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  /** null: nothing is read or delivered but with a task's own token. */
  readonly identity: GithubIdentity | null;
  /** null: webhooks are not taken. */
  readonly webhookSecret: string | null;
}

const API_URL_RULE =
  'must be the address of the API: https://api.github.com, or https://<host>/api/v3 of GitHub Enterprise Server';
const LEAST_SECRET = 16;
const KEY_LINE = /^[A-Za-z0-9+/=]{32,}$/;
const TOKEN = /^[\x21-\x7e]+$/;

const isApiUrl = (text: string): boolean => {
  const { hostname, username, password, search, hash } = new URL(text);
  return !/^(www\.)?github\.com$/.test(hostname) && [username, password, search, hash].join('') === '';
};

export const GithubSettings = z
  .object({
    GITHUB_API_URL: urlOf('https:', 'http:')
      .refine((text) => !URL.canParse(text) || isApiUrl(text), API_URL_RULE)
      .default('https://api.github.com')
      .describe("GitHub's REST API; of GitHub Enterprise Server `https://<host>/api/v3`"),
    GITHUB_TOKEN: z
      .string()
      .trim()
      .regex(TOKEN, 'must be printable ASCII without spaces')
      .optional()
      .describe(
        'A personal access token for repositories whose task brings none of its own; not beside an App',
      ),
    GITHUB_APP_ID: z
      .string()
      .trim()
      .regex(/^[1-9]\d{0,14}$/, "must be the App's number, as its settings page shows it")
      .optional()
      .describe('Number of a GitHub App, which mints its tokens per repository'),
    GITHUB_APP_PRIVATE_KEY: z
      .string()
      .optional()
      .describe("The App's private RSA key in PEM; `\\n` may stand for line ends"),
    GITHUB_WEBHOOK_SECRET: z
      .string()
      .trim()
      .min(LEAST_SECRET, `must have at least ${String(LEAST_SECRET)} characters`)
      .optional()
      .describe('What GitHub signs webhooks with; without it none are taken'),
  })
  .meta({ title: 'GitHub' })
  .superRefine((env, context) => {
    const fault = (variable: string, message: string) => {
      context.addIssue({ code: 'custom', path: [variable], message });
    };
    const [hasId, hasKey] = [env.GITHUB_APP_ID !== undefined, env.GITHUB_APP_PRIVATE_KEY !== undefined];
    if (hasId && !hasKey) fault('GITHUB_APP_PRIVATE_KEY', 'is needed when GITHUB_APP_ID is set');
    if (hasKey && !hasId) fault('GITHUB_APP_ID', 'is needed when GITHUB_APP_PRIVATE_KEY is set');
    if (env.GITHUB_TOKEN !== undefined && (hasId || hasKey))
      fault('GITHUB_TOKEN', 'must not be set beside GITHUB_APP_ID: Drydock is one of the two');
  });

/** A key as PEM, with line ends or, as one line of a `.env`, with `\n` for them. */
const readPrivateKey = (text: string): string => {
  try {
    const key = createPrivateKey(text.replaceAll('\\n', '\n').trim());
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    // told below, and never with what the parser saw
  }
  throw new SettingFault(
    'GITHUB_APP_PRIVATE_KEY',
    "must be the App's RSA key in PEM, as GitHub gives it for download; \\n may stand for line ends",
  );
};

const identityOf = (env: z.output<typeof GithubSettings>): GithubIdentity | null => {
  if (env.GITHUB_TOKEN !== undefined) return { kind: 'token', token: env.GITHUB_TOKEN };
  if (env.GITHUB_APP_ID === undefined || env.GITHUB_APP_PRIVATE_KEY === undefined) return null;
  return {
    kind: 'app',
    appId: Number(env.GITHUB_APP_ID),
    privateKey: readPrivateKey(env.GITHUB_APP_PRIVATE_KEY),
  };
};

export const githubOf = (env: z.output<typeof GithubSettings>): GithubConfig => ({
  apiUrl: env.GITHUB_API_URL.replace(/\/+$/, ''),
  identity: identityOf(env),
  webhookSecret: env.GITHUB_WEBHOOK_SECRET ?? null,
});

/** What no log, event or message may show: of the key every line, since a fault may show a part of it. */
export const secretsOfGithub = ({ identity, webhookSecret }: GithubConfig): string[] => {
  const ofIdentity =
    identity === null
      ? []
      : identity.kind === 'token'
        ? [identity.token]
        : identity.privateKey.split('\n').filter((line) => KEY_LINE.test(line));
  return [...ofIdentity, ...(webhookSecret === null ? [] : [webhookSecret])];
};
