import { AppError } from '@drydock/domain';
import type { AttemptKey, WorkspaceArea } from '../ports/attempt-key.ts';
import type { AskDead, Reaped } from '../ports/reaping.ts';
import type { DiskUse, Workspaces } from '../ports/workspaces.ts';

const MIB = 1024 ** 2;
const WRITABLE: readonly WorkspaceArea[] = ['work', 'home', 'verify-work', 'verify-home'];

/** Bytes of a regular file, or null for anything else. */
type FakeFile = Uint8Array | null;

interface FakeWorkspace {
  readonly key: AttemptKey;
  diskMb: number;
  readonly files: Map<string, FakeFile>;
  exceeded: boolean;
}

const nameOf = (key: AttemptKey): string => `${key.taskId}/${key.attempt}`;
const pathOf = (area: WorkspaceArea, name: string): string => `${area}/${name}`;

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** Workspaces in memory. Passes the contract of the port. */
export class FakeWorkspaces implements Workspaces {
  readonly #open = new Map<string, FakeWorkspace>();
  /** What `freeShare` says. */
  share = 1;

  /** Keys of the workspaces that are open: empty when nothing leaked. */
  get left(): AttemptKey[] {
    return [...this.#open.values()].map(({ key }) => key);
  }

  /** Writes as a sandbox would; null is something that is no regular file. */
  put(key: AttemptKey, path: { area: WorkspaceArea; name: string }, bytes: FakeFile | string): void {
    const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    this.#of(key).files.set(pathOf(path.area, path.name), content);
  }

  remove(key: AttemptKey, path: { area: WorkspaceArea; name: string }): void {
    this.#of(key).files.delete(pathOf(path.area, path.name));
  }

  /** Null when there is no such file. */
  read(key: AttemptKey, path: { area: WorkspaceArea; name: string }): string | null {
    const bytes = this.#of(key).files.get(pathOf(path.area, path.name));
    return bytes ? Buffer.from(bytes).toString('utf8') : null;
  }

  /** The limit counts as reached from now on. */
  exceed(key: AttemptKey): void {
    this.#of(key).exceeded = true;
  }

  async open(key: AttemptKey, diskMb: number): Promise<void> {
    this.#open.set(nameOf(key), { key, diskMb, files: new Map(), exceeded: false });
  }

  limitDisk(key: AttemptKey, diskMb: number): void {
    this.#of(key).diskMb = diskMb;
  }

  async writeFile(key: AttemptKey, area: 'in', name: string, text: string): Promise<void> {
    this.put(key, { area, name }, text);
  }

  async diskUse(key: AttemptKey): Promise<DiskUse> {
    const workspace = this.#of(key);
    const counted = [...workspace.files].filter(([path]) =>
      WRITABLE.some((area) => path.startsWith(`${area}/`)),
    );
    const usedBytes = counted.reduce((sum, [, bytes]) => sum + (bytes?.length ?? 0), 0);
    workspace.exceeded ||= usedBytes >= workspace.diskMb * MIB;
    return { usedBytes, exceeded: workspace.exceeded };
  }

  async readOut(key: AttemptKey, name: string, maxBytes: number): ReturnType<Workspaces['readOut']> {
    const bytes = this.#of(key).files.get(pathOf('out', name));
    if (!bytes) return null;
    if (bytes.length > maxBytes)
      throw new AppError('diff_too_large', `${name} has ${bytes.length} bytes; the limit is ${maxBytes}.`);
    return { bytes: bytes.length, stream: chunksOf(bytes) };
  }

  async close(key: AttemptKey): Promise<void> {
    this.#open.delete(nameOf(key));
  }

  async reap(askDead: AskDead): Promise<Reaped> {
    const dead = await askDead(this.left);
    return { removed: dead.filter((key) => this.#open.delete(nameOf(key))).length, stuck: [] };
  }

  async freeShare(): Promise<number> {
    return this.share;
  }

  #of(key: AttemptKey): FakeWorkspace {
    const workspace = this.#open.get(nameOf(key));
    if (!workspace) throw new AppError('sandbox_failed', `The workspace of ${nameOf(key)} is not open.`);
    return workspace;
  }
}
