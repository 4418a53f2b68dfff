/** `npm run setup`: the whole set-up of the instance; the same as `npm run services`, under the name people look for. */
export { main } from './services.mjs';
