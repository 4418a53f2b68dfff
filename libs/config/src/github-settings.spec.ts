import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { githubOf, GithubSettings, secretsOfGithub, type GithubConfig } from './concerns/github.schema.ts';
import { SettingsReader } from './settings-reader.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const asGiven = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const asKept = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const read = (env: Record<string, string>): GithubConfig => {
  const reader = new SettingsReader(env);
  return reader.finish<{ github: GithubConfig }>({
    github: reader.derive(reader.take(GithubSettings), githubOf),
  }).github;
};

describe('the settings of GitHub', () => {
  it('are none, for github.com, when nothing is set', () => {
    expect(read({})).toEqual({ apiUrl: 'https://api.github.com', identity: null, webhookSecret: null });
  });

  it.each([
    ['as downloaded', asGiven],
    ['in one line of a .env', asGiven.replaceAll('\n', '\\n')],
    ['with the line ends of Windows', asGiven.replaceAll('\n', '\r\n')],
    ['in the newer form', asKept],
  ])('take a private key %s', (_form, key) => {
    const { identity } = read({ GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: key });
    expect(identity).toEqual({ kind: 'app', appId: 7, privateKey: asKept });
  });

  it('take a token, and an address with a slash at its end', () => {
    expect(read({ GITHUB_TOKEN: 'ghp_x', GITHUB_API_URL: 'https://git.acme.example/api/v3/' })).toMatchObject(
      {
        apiUrl: 'https://git.acme.example/api/v3',
        identity: { kind: 'token', token: 'ghp_x' },
      },
    );
  });

  it.each<[string, Record<string, string>, RegExp[]]>([
    ['half an App', { GITHUB_APP_ID: '7' }, [/GITHUB_APP_PRIVATE_KEY: is needed/]],
    ['the other half', { GITHUB_APP_PRIVATE_KEY: asGiven }, [/GITHUB_APP_ID: is needed/]],
    [
      'an App and a token',
      { GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: asGiven, GITHUB_TOKEN: 'ghp_x' },
      [/GITHUB_TOKEN: must not be set beside/],
    ],
    [
      'a key that is none',
      { GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: 'hunter2' },
      [/GITHUB_APP_PRIVATE_KEY: must be the App's RSA key/],
    ],
    [
      'the web page as API',
      { GITHUB_API_URL: 'https://github.com' },
      [/GITHUB_API_URL: must be the address/],
    ],
    ['a password in it', { GITHUB_API_URL: 'https://u:p@h/api/v3' }, [/GITHUB_API_URL: must be the address/]],
    [
      'several at once',
      { GITHUB_APP_ID: 'drydock', GITHUB_WEBHOOK_SECRET: 'hunter2', GITHUB_API_URL: 'hunter2' },
      [/GITHUB_APP_ID: must/, /GITHUB_WEBHOOK_SECRET: must/, /GITHUB_API_URL: must be a URL/],
    ],
  ])('refuse %s by name, without the value', (_what, env, rules) => {
    for (const rule of rules) expect(() => read(env)).toThrow(rule);
    expect(() => read(env)).not.toThrow(/hunter2|BEGIN/);
  });
});

describe('secretsOfGithub', () => {
  it('has every line of the key, the token and the webhook secret', () => {
    const app = read({
      GITHUB_APP_ID: '7',
      GITHUB_APP_PRIVATE_KEY: asGiven,
      GITHUB_WEBHOOK_SECRET: 'signed-with-this',
    });
    const lines = asKept.split('\n').slice(1, -2);
    expect(secretsOfGithub(app)).toEqual(expect.arrayContaining([...lines.slice(0, -1), 'signed-with-this']));
    expect(secretsOfGithub(read({ GITHUB_TOKEN: 'ghp_x' }))).toEqual(['ghp_x']);
    expect(secretsOfGithub(read({}))).toEqual([]);
  });
});
