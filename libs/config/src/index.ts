export { loadApiConfig, type ApiConfig } from './load-api-config.ts';
export { loadWorkerConfig, type WorkerConfig } from './load-worker-config.ts';
export { secretsOfGithub, type GithubConfig, type GithubIdentity } from './concerns/github.schema.ts';
export { taskPolicyOf } from './task-policy.ts';
export { VERSION } from './version.ts';
