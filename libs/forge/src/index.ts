export { appManifest, registrationUrl, type AppManifest, type ManifestOptions } from './app-manifest.ts';
export { canDeliverAt } from './can-deliver.ts';
export { webOriginOf } from './github-address.ts';
export { GithubForge, type GithubForgeOptions } from './github-forge.ts';
export { verifySignature } from './verify-signature.ts';
