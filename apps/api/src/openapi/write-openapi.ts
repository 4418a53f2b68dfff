import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { documentText } from './document-without-services.ts';

const [, , file = 'docs/openapi.json'] = process.argv;
await mkdir(dirname(file), { recursive: true });
await writeFile(file, await documentText());
