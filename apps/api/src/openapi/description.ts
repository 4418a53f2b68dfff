/** The first thing that a reader of the document sees. */
export const DESCRIPTION = `A self-hosted job system for autonomous coding agents: a repository and a description go in, a verified
\`diff.patch\` comes out.

Errors are RFC 9457 problem details with a stable \`code\`; \`type\` points at a page about it. Times are RFC 3339 UTC.`;
