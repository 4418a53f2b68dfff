/** One entry of a network allowlist: `host`, `host:port` or `*.host[:port]`. */
const ENTRY = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/;

const hasSoundPort = (entry: string): boolean => {
  const port = entry.split(':')[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
};

/** `host`, `host:port` or `*.host`; the form that `network.*.allow` takes. */
export const isAllowlistEntry = (entry: string): boolean =>
  entry.length <= 260 && ENTRY.test(entry.toLowerCase()) && hasSoundPort(entry);

/** Ports that an entry without a port stands for. */
const DEFAULT_PORTS: ReadonlySet<number> = new Set([80, 443]);

/** Whether a host and port are on the list. A `*.` entry fits every name below it, but not the name itself. */
export const isOnAllowlist = (allow: readonly string[], host: string, port: number): boolean => {
  const name = host.toLowerCase().replace(/\.$/, '');
  return allow.some((entry) => {
    const [pattern = '', wantedPort] = entry.toLowerCase().split(':');
    const portFits = wantedPort === undefined ? DEFAULT_PORTS.has(port) : Number(wantedPort) === port;
    return portFits && (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern);
  });
};
