/** A piece of a line with the class of its colour; null: the colour of the text. */
export interface Token {
  readonly text: string;
  readonly look: string | null;
}

interface TreeNode {
  readonly type: string;
  readonly value?: string;
  readonly properties?: { readonly className?: unknown };
  readonly children?: readonly TreeNode[];
}

/** Many names of the highlighter to the few colours of the page. */
const LOOKS: Readonly<Record<string, string>> = {
  keyword: 'keyword',
  built_in: 'name',
  literal: 'value',
  number: 'value',
  string: 'string',
  regexp: 'string',
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  meta: 'comment',
  title: 'title',
  section: 'title',
  name: 'keyword',
  tag: 'keyword',
  attr: 'name',
  attribute: 'name',
  type: 'name',
  'selector-tag': 'keyword',
  'selector-class': 'title',
  'selector-id': 'title',
  property: 'name',
  symbol: 'value',
  bullet: 'value',
  link: 'string',
  variable: 'name',
};

const lookOf = (node: TreeNode, inherited: string | null): string | null => {
  const names: unknown = node.properties?.className;
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  if (typeof first !== 'string') return inherited;
  return LOOKS[first.replace(/^hljs-/, '')] ?? inherited;
};

/** The highlighter's tree, line by line. */
export const tokenLines = (root: TreeNode): Token[][] => {
  const lines: Token[][] = [[]];
  const walk = (node: TreeNode, look: string | null): void => {
    if (node.type === 'text') {
      (node.value ?? '').split('\n').forEach((text, i) => {
        if (i > 0) lines.push([]);
        if (text !== '') lines.at(-1)?.push({ text, look });
      });
      return;
    }
    const own = lookOf(node, look);
    for (const child of node.children ?? []) walk(child, own);
  };
  walk(root, null);
  return lines;
};

const BY_ENDING: Readonly<Record<string, string>> = {
  js: 'javascript',
  cjs: 'javascript',
  mjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescript',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  bash: 'bash',
  yml: 'yaml',
  yaml: 'yaml',
  md: 'markdown',
  html: 'xml',
  htm: 'xml',
  svg: 'xml',
  xml: 'xml',
  vue: 'xml',
  h: 'c',
  cc: 'cpp',
  hpp: 'cpp',
  cxx: 'cpp',
  cs: 'csharp',
  kt: 'kotlin',
  toml: 'ini',
  cfg: 'ini',
};

/** By the ending of the file's name; what has an own name in the list of grammars needs no entry. */
export const languageOf = (path: string): string => {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(BY_ENDING, ending) ? (BY_ENDING[ending] ?? ending) : ending;
};
