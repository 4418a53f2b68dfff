import { AppError, globMatches } from '@drydock/domain';
import { neutral } from './text/neutral-text.ts';

const SHOWN = 5;

/** What a team lets its pull requests change. */
export interface PathRules {
  readonly mayEditWorkflows: boolean;
  /** Globs; empty: every path. */
  readonly allowedPaths: readonly string[];
}

/** Also a link in place of one of the two folders, and what is the same path where case does not count. */
const isWorkflow = (path: string): boolean => /^\.github(\/workflows(\/.*)?)?$/is.test(path);

const named = (paths: readonly string[]): string => {
  const more = paths.length > SHOWN ? ` and ${String(paths.length - SHOWN)} more` : '';
  return `${paths.slice(0, SHOWN).map(neutral).join(', ')}${more}`;
};

/**
 * What runs in the repository's own automation runs with its secrets.
 * @param latin1 - paths as bytes
 * @throws AppError `delivery_edits_workflows`, `delivery_path_not_allowed`.
 */
export const refusePaths = (latin1: readonly string[], rules: PathRules): void => {
  const paths = latin1.map((path) => Buffer.from(path, 'latin1').toString('utf8'));
  const workflows = rules.mayEditWorkflows ? [] : paths.filter(isWorkflow);
  if (workflows.length > 0)
    throw new AppError(
      'delivery_edits_workflows',
      `The patch changes workflows, which run with the secrets of the repository: ${named(workflows)}. Read the patch, allow ` +
        'workflow edits for the repository, and retry the delivery.',
    );
  const { allowedPaths } = rules;
  const outside = paths.filter((path) => !allowedPaths.some((glob) => globMatches(glob, path)));
  if (allowedPaths.length > 0 && outside.length > 0)
    throw new AppError(
      'delivery_path_not_allowed',
      `The patch changes paths that the settings of the repository do not allow: ${named(outside)}. Read the patch, allow the ` +
        'paths, and retry the delivery.',
    );
};
