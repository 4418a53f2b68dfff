/**
 * The types of the SDK from the API's own description: `node libs/sdk/generate-types.mjs` writes them, `--check` exits
 * with 1 when the committed ones differ.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url);
const TYPES = new URL('src/generated/openapi.ts', import.meta.url);

const makeTypes = async () => {
  const ast = await openapiTS(DOCUMENT, {
    // What has a default may be left out of a request.
    defaultNonNullable: false,
    alphabetize: true,
  });
  return `${COMMENT_HEADER}${astToString(ast)}`;
};

const types = await makeTypes();
if (!process.argv.includes('--check')) writeFileSync(TYPES, types);
else if (!existsSync(TYPES) || readFileSync(TYPES, 'utf8') !== types) {
  process.stderr.write('libs/sdk/src/generated/openapi.ts is not what docs/openapi.json says: npm run gen\n');
  process.exitCode = 1;
}
