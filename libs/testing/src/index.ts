export { canarySecret, findCanaries } from './canaries.ts';
export { eventually, type EventuallyOptions } from './eventually.ts';
export { freshDatabase, type FreshDatabase } from './fresh-database.ts';
export { ownRedis, type OwnRedis } from './own-redis.ts';
export { TcpRelay } from './tcp-relay.ts';
export { ROOT, testServices, type TestServices } from './test-services.ts';
export { startScriptedModel } from './scripted-model/scripted-model.ts';
export type { ScriptedCall, ScriptedModel, ScriptedModelOptions } from './scripted-model/scripted-model.ts';
export type { ScriptInput } from './scripted-model/script.schema.ts';
