/**
 * Prints the manifest of the GitHub App as JSON to stdout, and to stderr the page that registers it:
 * `npm run -s github:manifest -- --url https://drydock.example.com [--org acme] [--workflows]`.
 */
import { parseArgs } from 'node:util';
import { appManifest, registrationUrl, webOriginOf } from '@drydock/forge';

const GITHUB_API = 'https://api.github.com';

const USAGE =
  'Usage: npm run -s github:manifest -- --url https://drydock.example.com [--org acme] [--workflows]';

const readFlags = () => {
  try {
    return parseArgs({
      options: {
        url: { type: 'string' },
        org: { type: 'string' },
        workflows: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(1);
  }
};

const values = readFlags();
const publicUrl = (values.url ?? process.env.DRYDOCK_PUBLIC_URL ?? '').replace(/\/+$/, '');

if (!URL.canParse(publicUrl) || !publicUrl.startsWith('https://')) {
  console.error(
    'Say where GitHub reaches the api: --url https://drydock.example.com, or DRYDOCK_PUBLIC_URL.',
  );
  process.exitCode = 1;
} else {
  const manifest = appManifest({ publicUrl, workflows: values.workflows });
  const web = webOriginOf(process.env.GITHUB_API_URL || GITHUB_API);
  const settings =
    values.org === undefined ? `${web}/settings` : `${web}/organizations/${values.org}/settings`;
  console.log(JSON.stringify(manifest, null, 2));
  console.error(`\nTo register it, open this page:\n${registrationUrl(manifest, settings)}`);
}
