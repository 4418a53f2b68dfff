import { AppError } from '@drydock/domain';
import { neutral } from './text/neutral-text.ts';

const SHOWN = 5;

/** Also a link in place of one of the two folders. */
const isWorkflow = (path: string): boolean =>
  path === '.github' || path === '.github/workflows' || path.startsWith('.github/workflows/');

/**
 * What runs in the repository's own automation runs with its secrets.
 * @param paths - in Latin-1
 * @throws AppError `delivery_edits_workflows`.
 */
export const refuseWorkflowEdits = (paths: readonly string[], isAllowed: boolean): void => {
  const edited = isAllowed ? [] : paths.filter(isWorkflow);
  if (edited.length === 0) return;
  const names = edited
    .slice(0, SHOWN)
    .map((path) => neutral(Buffer.from(path, 'latin1').toString('utf8')))
    .join(', ');
  const more = edited.length > SHOWN ? ` and ${String(edited.length - SHOWN)} more` : '';
  throw new AppError(
    'delivery_edits_workflows',
    `The patch changes workflows, which run with the secrets of the repository: ${names}${more}. Read the patch, allow workflow ` +
      'edits for the team or the repository, and retry the delivery.',
  );
};
