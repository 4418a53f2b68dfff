/** What `npm start` says once the api answers. @param key - undefined: the operator has chosen one. */
export const greetingLines = (url, key) => [
  `Drydock is ready: ${url}   (the API: ${url}/docs)`,
  key ? `API key, shown only this once: ${key}` : 'API key: the one in DRYDOCK_API_KEY',
  'Ctrl-C stops both processes; running tasks are handed back',
];
