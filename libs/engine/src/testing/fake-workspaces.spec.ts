import { FakeWorkspaces } from './fake-workspaces.ts';
import { workspacesContract } from './workspaces.contract.ts';

workspacesContract('fake', async () => {
  const workspaces = new FakeWorkspaces();
  return {
    workspaces,
    put: async (key, path, bytes) => workspaces.put(key, path, bytes),
    putOdd: async (key, path) => workspaces.put(key, path, null),
    remove: async (key, path) => workspaces.remove(key, path),
    read: async (key, path) => workspaces.read(key, path),
    has: async (key) => workspaces.left.some((k) => k.taskId === key.taskId && k.attempt === key.attempt),
    close: async () => undefined,
  };
});
