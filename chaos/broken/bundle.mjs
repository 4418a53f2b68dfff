/**
 * Bundles one app apart from dist/, in a process of its own: the bundler's native half refuses the arrays of Jest's realm.
 * Argument: `{ app, directory, exchange }` as JSON. Prints the modules of the bundle as JSON.
 */
import { bundleApp } from '../../tools/setup/bundle-apps.mjs';

const { app, ...options } = JSON.parse(process.argv[2]);
const { modules } = await bundleApp(app, options);
console.log(JSON.stringify(modules));
