/**
 * Whether a migration may run while the version before it still does: it only adds. One that takes away belongs to a
 * later release and says so: `-- contract: <release>` in its first line names the last release that needed what goes.
 */

const CONTRACT = /^-- contract: \S+/;

/** What the version before does not notice, each as the start of a statement (quotes and case folded). */
const EXPANDS = [
  /^create table /,
  /^create (unique )?index /,
  /^create (or replace )?(view|function|trigger) /,
  /^create (type|sequence|extension|schema) /,
  /^comment on /,
  /^alter type \S+ add value /,
];
/** Storage only. */
const HARMLESS_ACTIONS = [
  /^set \(/,
  /^reset \(/,
  /^alter column \S+ (set|drop) (default|statistics)/,
  /^alter column \S+ drop not null$/,
];
const TAKES_VALUES = /\bnot null\b/;
const HAS_VALUES = /\bdefault\b|\bgenerated\b|\bserial\b|\bbigserial\b/;

const withoutComments = (sql) => sql.replace(/--[^\n]*/g, '').replace(/\/\*[\s\S]*?\*\//g, '');

/** Statements of a file; quoted text and `$$` bodies are kept in one piece. */
const statementsOf = (sql) =>
  (withoutComments(sql).match(/(?:'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|[^;'])+/g) ?? [])
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');

/** Parts of an ALTER TABLE, cut at the commas outside of brackets. */
const actionsOf = (text) => {
  const actions = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) actions.push('');
    else actions[actions.length - 1] += character;
  }
  return actions.map((action) => action.trim());
};

const wrongAction = (action) => {
  if (HARMLESS_ACTIONS.some((pattern) => pattern.test(action))) return null;
  if (/^add constraint .* not valid$/.test(action)) return null;
  if (/^add constraint /.test(action))
    return 'a constraint that rows of the version before may break; add it NOT VALID';
  if (!/^add (column )?(if not exists )?\S+ /.test(action))
    return 'the version before still needs what this changes';
  if (TAKES_VALUES.test(action) && !HAS_VALUES.test(action))
    return 'a column that is NOT NULL without a default: the version before does not fill it';
  return null;
};

/** @returns why the statement is no expansion, or null. `madeHere`: tables that this file creates. */
const wrongStatement = (statement, madeHere) => {
  const text = statement.toLowerCase().replaceAll('"', '');
  const indexed = /^create unique index .*? on (?:only )?(\S+?) ?\(/.exec(text)?.[1];
  if (indexed !== undefined && !madeHere.has(indexed))
    return 'a unique index on a table that is there: the version before may write what it forbids';
  if (EXPANDS.some((pattern) => pattern.test(text))) return null;
  const altered = /^alter table (?:only )?(?:if exists )?(\S+) (.*)$/.exec(text);
  if (altered === null) return 'this kind of statement is not known to be an expansion';
  if (madeHere.has(altered[1])) return null;
  return (
    actionsOf(altered[2])
      .map(wrongAction)
      .find((reason) => reason !== null) ?? null
  );
};

/** Tables that a statement keeps writers away from until the migration is committed. */
const lockedBy = (statement) => {
  const text = statement.toLowerCase().replaceAll('"', '');
  const locks = [
    ...text.matchAll(/^alter table (?:only )?(?:if exists )?(\S+)/g),
    ...text.matchAll(/^create (?:unique )?index (?!concurrently).*? on (?:only )?([^\s(]+)/g),
    ...text.matchAll(/^create (?:or replace )?trigger .*? on ([^\s(]+)/g),
    ...text.matchAll(/\breferences ([^\s(]+)/g),
  ];
  return locks.map(([, name]) => name);
};

/** Tables that a migration creates, in lower case. */
export function madeTables(sql) {
  const made = statementsOf(sql).map((text) =>
    /^create table (?:if not exists )?"?([\w.]+)"?/i.exec(text)?.[1]?.toLowerCase(),
  );
  return new Set(made.filter((name) => name !== undefined));
}

/**
 * Tables that are there already and that a migration locks, all until its end: two of them, and a transaction of the version
 * before that takes them the other way round is a deadlock.
 */
export function lockedTables(sql) {
  const madeHere = madeTables(sql);
  return [...new Set(statementsOf(sql).flatMap(lockedBy))].filter((name) => !madeHere.has(name));
}

/**
 * Statements of a migration that the version before would not survive.
 * @returns `{ statement, reason }` of each; none for a file that is marked as a contraction.
 */
export function notExpanding(sql) {
  if (CONTRACT.test(sql)) return [];
  const statements = statementsOf(sql);
  const madeHere = madeTables(sql);
  return statements.flatMap((statement) => {
    const reason = wrongStatement(statement, madeHere);
    return reason === null ? [] : [{ statement, reason }];
  });
}
