/** Injection tokens of what has no class: ports and plain values. */
export const PORTS = Symbol('ports');
export const SETTINGS = Symbol('settings');
export const LOG = Symbol('log');
export const ROUTES = Symbol('routes');
