export { loadApiConfig, type ApiConfig } from './load-api-config.ts';
export { loadWorkerConfig, type WorkerConfig } from './load-worker-config.ts';
export { VERSION } from './version.ts';
