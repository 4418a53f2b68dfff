import { Repository, RepositoryPage } from '@drydock/contracts';
import { Operation } from '../openapi/operation.ts';

const tag = 'Repositories' as const;
const id = { id: 'Id of the repository: `repo_…`' };
const location = {
  location: { description: 'Address of the repository', schema: { type: 'string' } as const },
};
const BODY = ['malformed_json', 'unsupported_media_type', 'invalid_request'] as const;

export const ListRepositoriesDocs = () =>
  Operation({
    tag,
    id: 'listRepositories',
    summary: 'List repositories whose events may start tasks',
    description: 'Those of the team, newest first.',
    scope: 'tasks:read',
    answers: {
      200: { description: 'One page; `next` is the cursor of the following one', schema: RepositoryPage },
    },
    problems: ['invalid_request'],
  });

export const CreateRepositoryDocs = () =>
  Operation({
    tag,
    id: 'createRepository',
    summary: 'Let issues and comments of a repository start tasks',
    description:
      'Every trigger is off until it is switched on. A repository belongs to one team, which is why this needs `admin`: it ' +
      "lends the team the installation's credential.",
    scope: 'admin',
    answers: { 201: { description: 'The repository', schema: Repository, headers: location } },
    problems: [...BODY, 'not_found', 'repository_taken'],
  });

export const GetRepositoryDocs = () =>
  Operation({
    tag,
    id: 'getRepository',
    summary: 'Read the settings of a repository',
    description: 'Which events start tasks, for whom, and within which limits.',
    scope: 'tasks:read',
    params: id,
    answers: { 200: { description: 'The repository', schema: Repository } },
    problems: ['not_found'],
  });

export const ChangeRepositoryDocs = () =>
  Operation({
    tag,
    id: 'changeRepository',
    summary: 'Change the settings of a repository',
    description:
      'What is left out stays, each trigger by itself; lists and limits are replaced whole. Holds from the next event on.',
    scope: 'tasks:write',
    params: id,
    answers: { 200: { description: 'The repository as it is now', schema: Repository } },
    problems: [...BODY, 'not_found'],
  });

export const DeleteRepositoryDocs = () =>
  Operation({
    tag,
    id: 'deleteRepository',
    summary: 'Let events of a repository start nothing any more',
    description: 'Its tasks and their results stay; they are no longer told of at the code host.',
    scope: 'tasks:write',
    params: id,
    answers: { 204: { description: 'The repository is forgotten' } },
    problems: ['not_found'],
  });
