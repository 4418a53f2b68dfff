/** Set by whoever makes the runtime tree; means nothing inside a sandbox. */
const OWN = /^(DRYDOCK_WRITE_CODE_CACHE|NODE_COMPILE_CACHE|NODE_OPTIONS)$/;

const DEFAULTS = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/home/agent',
  TMPDIR: '/tmp',
};

/** What a command sees: the image's own variables, with those of the worker on top. */
export const commandEnvironment = (fromWorker: Readonly<Record<string, string>>): Record<string, string> => {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !OWN.test(entry[0]),
  );
  return { ...DEFAULTS, ...Object.fromEntries(own), ...fromWorker };
};
