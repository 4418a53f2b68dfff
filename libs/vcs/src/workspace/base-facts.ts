import { isUtf8 } from 'node:buffer';
import { AppError } from '@drydock/domain';
import { FILE, GITLINK, typeOf, type TreeEntry } from '../tree/tree-entry.ts';

export interface BaseFacts {
  readonly configText: string | null;
  readonly agentsMd: string | null;
  readonly hasSetupScript: boolean;
  readonly notices: readonly { code: string; message: string }[];
}

/** Contents of objects by id, in order. They come from the object store: a link in `work` would lead the host astray. */
export type ReadObjects = (ids: readonly string[]) => Promise<Buffer[]>;

const MAX_READ_BYTES = 1024 ** 2;
const MAX_ATTRIBUTE_FILES = 50;
const MAX_POINTERS_LOOKED_AT = 500;
const CONFIG_NAME = '.drydock.yml';
const SETUP_SCRIPT = '.drydock/setup.sh';
/** Also what lies in a folder of that name. */
const CONFIG_PATH = /^\.drydock\.yml(\/|$)/;
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

const isFile = (entry: TreeEntry): boolean => typeOf(entry.mode) === FILE;
const isNamed = (entry: TreeEntry, name: string): boolean =>
  entry.path.length === name.length && entry.path.toString('latin1') === name;

const configEntry = (entries: readonly TreeEntry[], maxBytes: number): TreeEntry | undefined => {
  const found = (path: Buffer): boolean =>
    CONFIG_PATH.test(path.toString('latin1', 0, CONFIG_NAME.length + 1));
  const entry = entries.find(({ path }) => found(path));
  if (entry === undefined) return undefined;
  if (!isFile(entry) || !isNamed(entry, CONFIG_NAME))
    throw new AppError('config_invalid', '.drydock.yml is not a regular file. Make it one.');
  if (entry.bytes > maxBytes)
    throw new AppError(
      'config_invalid',
      `.drydock.yml is larger than ${String(maxBytes / 1024)} KiB. Shorten it.`,
    );
  return entry;
};

const configTextOf = (content: Buffer): string => {
  if (!isUtf8(content)) throw new AppError('config_invalid', '.drydock.yml is not UTF-8. Save it as UTF-8.');
  return content.toString();
};

const hasLfsPointers = async (entries: readonly TreeEntry[], read: ReadObjects): Promise<boolean> => {
  const attributes = entries.filter(
    (entry) =>
      isFile(entry) &&
      entry.bytes <= MAX_READ_BYTES &&
      /(^|\/)\.gitattributes$/.test(entry.path.toString('latin1')),
  );
  const texts = await read(attributes.slice(0, MAX_ATTRIBUTE_FILES).map(({ id }) => id));
  if (!texts.some((text) => text.includes('filter=lfs'))) return false;
  const small = entries.filter((entry) => isFile(entry) && entry.bytes > 100 && entry.bytes < 300);
  const contents = await read(small.slice(0, MAX_POINTERS_LOOKED_AT).map(({ id }) => id));
  return contents.some((content) => content.toString('latin1', 0, LFS_POINTER.length) === LFS_POINTER);
};

const notices = async (entries: readonly TreeEntry[], read: ReadObjects): Promise<BaseFacts['notices']> => [
  ...(entries.some(({ mode }) => typeOf(mode) === GITLINK)
    ? [
        {
          code: 'submodules_skipped',
          message: 'The repository has submodules. They are not fetched; their folders are empty.',
        },
      ]
    : []),
  ...((await hasLfsPointers(entries, read))
    ? [
        {
          code: 'lfs_skipped',
          message: 'The repository has Git LFS files. The workspace has their pointers only.',
        },
      ]
    : []),
];

const hasSetupScript = (entries: readonly TreeEntry[]): boolean =>
  entries.some((entry) => isNamed(entry, SETUP_SCRIPT) && isFile(entry));

/** Where a repository says how to work on it. */
export const CONFIG_PATHS = [CONFIG_NAME, SETUP_SCRIPT];

/**
 * How a commit says that the repository is worked on.
 * @param entries - those at CONFIG_PATHS suffice.
 * @throws AppError `config_invalid`.
 */
export const readConfigFacts = async (
  entries: readonly TreeEntry[],
  read: ReadObjects,
  maxConfigBytes: number,
): Promise<Pick<BaseFacts, 'configText' | 'hasSetupScript'>> => {
  const config = configEntry(entries, maxConfigBytes);
  const [content] = config === undefined ? [] : await read([config.id]);
  return {
    configText: content === undefined ? null : configTextOf(content),
    hasSetupScript: hasSetupScript(entries),
  };
};

/**
 * What the platform wants to know of a base.
 * @param isTrusted - false: its `.drydock.yml` is not looked at, not even for faults.
 * @throws AppError `config_invalid`. Cases G22, G23, G28.
 */
export const readBaseFacts = async (
  entries: readonly TreeEntry[],
  read: ReadObjects,
  { maxConfigBytes, isTrusted }: { readonly maxConfigBytes: number; readonly isTrusted: boolean },
): Promise<BaseFacts> => {
  const config = isTrusted ? configEntry(entries, maxConfigBytes) : undefined;
  const agents = entries.find(
    (entry) => isNamed(entry, 'AGENTS.md') && isFile(entry) && entry.bytes <= MAX_READ_BYTES,
  );
  const contents = await read([config, agents].flatMap((entry) => (entry === undefined ? [] : [entry.id])));
  const configContent = config === undefined ? undefined : contents.shift();
  const agentsContent = contents.shift();
  return {
    configText: configContent === undefined ? null : configTextOf(configContent),
    agentsMd: agentsContent === undefined ? null : agentsContent.subarray(0, maxConfigBytes).toString(),
    hasSetupScript: hasSetupScript(entries),
    notices: await notices(entries, read),
  };
};
