export { loadApiConfig, type ApiConfig } from './load-api-config.ts';
export { loadWorkerConfig, type WorkerConfig } from './load-worker-config.ts';
export { secretsOfGithub, type GithubConfig, type GithubIdentity } from './concerns/github.schema.ts';
export { describeSettings, type SettingDescription, type SettingGroup } from './describe-settings.ts';
export { taskPolicyOf } from './task-policy.ts';
export { VERSION } from './version.ts';
