/** `dk_<id>_<secret>`: id 8–32, secret 32–64 letters and digits. Only a SHA-256 of the whole is ever stored. */
const API_KEY = /^dk_([A-Za-z0-9]{8,32})_([A-Za-z0-9]{32,64})$/;

/** What an API key may be allowed to do. */
export const SCOPES = ['tasks:read', 'tasks:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether a text is one of the scopes. */
export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

/** Whether a text has the form `dk_<id>_<secret>`; says nothing about its validity. */
export const isApiKey = (text: string): boolean => API_KEY.test(text);

/** The public part of a key, by which its row is found; null if the text is no key. */
export const apiKeyIdOf = (text: string): string | null => API_KEY.exec(text)?.[1] ?? null;
