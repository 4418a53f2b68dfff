import { apiReference } from './api.ts';
import { configurationReference } from './configuration.ts';
import { drydockYmlReference } from './drydock-yml.ts';

/** Every page and schema that is made here, by its path from the root of the repository. */
export const reference = (): Readonly<Record<string, string>> => ({
  ...apiReference(),
  ...configurationReference(),
  ...drydockYmlReference(),
});
