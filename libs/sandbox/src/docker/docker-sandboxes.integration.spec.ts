import { OBEDIENT_SHELL, sandboxContract } from '@drydock/engine/testing';
import { SandboxBench } from '../testing/sandbox-bench.ts';

sandboxContract('docker', async () => {
  const bench = await SandboxBench.open(OBEDIENT_SHELL);
  return {
    sandboxes: bench.sandboxes,
    openAreas: ({ key }) => bench.workspaces.open(key, 50),
    countLeft: () => bench.countLeft(),
    close: () => bench.close(),
  };
});
