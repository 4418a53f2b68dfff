import { secretsOfGithub, type WorkerConfig } from '@drydock/config';

/** Values that no log line, event or artifact may show. */
export const secretsOf = (config: WorkerConfig): string[] =>
  [config.models.openai?.apiKey, config.models.anthropic?.apiKey, ...secretsOfGithub(config.github)].filter(
    (key) => typeof key === 'string',
  );
