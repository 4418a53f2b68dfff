/**
 * Who may import whom: the one table behind the import lint (see docs/explanation/architecture.md). A project is named by the tag in
 * its package.json. What a tag may import is a closed list; "the only user of X" is said once, in ONLY.
 */

const PURE = ['lib:domain'];
const WIRES_ALL = [
  'lib:domain',
  'lib:contracts',
  'lib:engine',
  'lib:config',
  'lib:observability',
  'lib:persistence',
  'lib:queue',
  'lib:storage',
  'lib:archive',
  'lib:forge',
];

/** Tag to the tags it may import besides itself. */
export const MAY_IMPORT = {
  'app:api': WIRES_ALL, // never sandbox, gateway, vcs: nothing untrusted runs beside the api
  'app:worker': [...WIRES_ALL, 'lib:sandbox', 'lib:gateway', 'lib:vcs'],
  'app:runner': ['lib:contracts'],
  'app:cli': ['lib:sdk'],
  'app:web': ['lib:sdk'],
  'lib:domain': [],
  'lib:contracts': PURE,
  'lib:engine': ['lib:domain', 'lib:contracts'],
  'lib:config': PURE,
  'lib:observability': PURE,
  'lib:persistence': ['lib:engine', 'lib:contracts', 'lib:domain'],
  'lib:queue': ['lib:engine', 'lib:contracts', 'lib:domain', 'lib:observability'],
  'lib:storage': ['lib:engine', 'lib:domain'],
  'lib:sandbox': ['lib:engine', 'lib:contracts', 'lib:domain', 'lib:observability'],
  'lib:gateway': ['lib:engine', 'lib:contracts', 'lib:domain', 'lib:observability'],
  'lib:vcs': ['lib:engine', 'lib:domain'],
  'lib:archive': ['lib:engine', 'lib:domain'],
  'lib:forge': ['lib:engine', 'lib:contracts', 'lib:domain'],
  'lib:sdk': [],
  'lib:testing': ['lib:contracts', 'lib:domain'],
};

const NEST = ['app:api', 'app:worker'];

/** npm package (glob) to the only tags that may import it. */
export const ONLY = {
  dockerode: ['lib:sandbox'],
  bullmq: ['lib:queue'],
  ioredis: ['lib:queue', 'lib:testing'],
  '@prisma/*': ['lib:persistence'],
  pg: ['lib:persistence', 'lib:testing'],
  '@octokit/*': ['lib:forge', 'lib:testing'],
  pino: ['lib:observability'],
  'prom-client': ['lib:observability'],
  'bullmq-otel': ['lib:observability', 'lib:queue'],
  '@opentelemetry/sdk-*': ['lib:observability'],
  '@opentelemetry/instrumentation-*': ['lib:observability'],
  '@opentelemetry/exporter-*': ['lib:observability'],
  yauzl: ['lib:archive'],
  undici: ['lib:gateway'],
  standardwebhooks: ['lib:gateway', 'lib:sdk'],
  openai: ['app:runner', 'lib:testing'],
  '@aws-sdk/*': ['lib:storage'],
  'simple-git': ['app:cli'],
  testcontainers: ['lib:testing'],
  '@nestjs/bullmq': [...NEST, 'lib:queue'],
  '@nestjs/common': [...NEST, 'lib:queue'],
  '@nestjs/core': NEST,
  '@nestjs/platform-fastify': NEST,
  '@nestjs/swagger': NEST,
  fastify: NEST,
  '@fastify/*': NEST,
};

/** In specs the services and fakes of libs/testing are free for all. */
const SPEC_TAGS = ['lib:testing'];

const constraint = (sourceTag, extra) => ({
  sourceTag,
  onlyDependOnLibsWithTags: [sourceTag, ...MAY_IMPORT[sourceTag], ...extra],
  bannedExternalImports: Object.keys(ONLY).filter((name) => !ONLY[name].includes(sourceTag)),
});

/** The table as `depConstraints` of @nx/enforce-module-boundaries, for product code or for specs. */
export const depConstraints = ({ specs }) =>
  Object.keys(MAY_IMPORT).map((tag) => constraint(tag, specs ? SPEC_TAGS : []));

/** Where programs may be started: everything else has to go through these. */
export const MAY_SPAWN = [
  'libs/vcs/**',
  'apps/runner/**',
  'libs/testing/**',
  'libs/sandbox/src/workspaces/host-command.ts',
];

/** Where the environment may be read. */
export const MAY_READ_ENV = [
  'libs/config/**',
  'libs/testing/**',
  'apps/cli/src/settings/environment.ts', // of a person's shell: libs/config is for the processes of the server
  'apps/runner/src/process/container-environment.ts', // no configuration: passed on to the commands it starts
];
