import type { ErrorObject } from 'ajv/dist/2020.js';

const BRANCH = /^(.*\/oneOf)\/(\d+)\//;

const branchOf = ({ schemaPath }: ErrorObject): string | null => BRANCH.exec(schemaPath)?.[0] ?? null;

/** What is wrong by the one branch of a choice that was meant: not by those that are of another kind, or further from it. */
export const tellingErrors = (errors: readonly ErrorObject[]): ErrorObject[] => {
  const byBranch = [...Map.groupBy(errors, branchOf)];
  const outside = byBranch.find(([branch]) => branch === null)?.[1] ?? [];
  const [nearest = []] = byBranch
    .filter(([branch, own]) => branch !== null && !own.some(({ keyword }) => keyword === 'const'))
    .map(([, own]) => own)
    .sort((a, b) => a.length - b.length);
  // That no branch fits is told by what the nearest one lacks.
  return nearest.length === 0
    ? outside
    : [...nearest, ...outside.filter(({ keyword }) => keyword !== 'oneOf')];
};
