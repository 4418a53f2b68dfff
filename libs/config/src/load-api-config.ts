import { join } from 'node:path';
import { HttpSettings, type HttpConfig } from './concerns/http.schema.ts';
import { FirstKeySettings } from './concerns/secrets.schema.ts';
import { readEnvironment, ROOT, type Environment } from './read-environment.ts';
import { SettingsReader } from './settings-reader.ts';
import { readShared, type SharedConfig } from './shared-config.ts';

export interface ApiConfig extends SharedConfig {
  readonly http: HttpConfig;
  /** Where the build puts the pages. */
  readonly webDirectory: string;
  /** Of the package that shows the API document. */
  readonly viewerDirectory: string;
  /** A Markdown file for each error code. */
  readonly errorsDirectory: string;
  /** DRYDOCK_API_KEY, or null. */
  readonly firstKey: string | null;
}

/** @throws AppError `config_error`: one message that names every wrong variable and its rule, never a value. */
export const loadApiConfig = (env: Environment = readEnvironment()): ApiConfig => {
  const reader = new SettingsReader(env);
  const firstKey = reader.take(FirstKeySettings);
  return reader.finish<ApiConfig>({
    ...readShared(reader),
    http: reader.take(HttpSettings),
    firstKey: firstKey?.firstKey,
    webDirectory: join(ROOT, 'dist', 'web'),
    viewerDirectory: join(ROOT, 'node_modules', 'swagger-ui-dist'),
    errorsDirectory: join(ROOT, 'docs', 'errors'),
  });
};
