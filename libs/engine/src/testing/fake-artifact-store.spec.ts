import { artifactStoreContract } from './artifact-store.contract.ts';
import { FakeArtifactStore } from './fake-artifact-store.ts';

artifactStoreContract('FakeArtifactStore', () => Promise.resolve(new FakeArtifactStore()));
