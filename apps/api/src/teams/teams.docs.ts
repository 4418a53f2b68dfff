import { ApiKeyList, NewApiKey, Team, TeamPage } from '@drydock/contracts';
import { Operation } from '../openapi/operation.ts';

const id = { id: 'Id of the team: `team_…`' };
const admin = { tag: 'Teams', scope: 'admin' } as const;
const location = { location: { description: 'Address of the team', schema: { type: 'string' } as const } };

export const ListTeamsDocs = () =>
  Operation({
    ...admin,
    id: 'listTeams',
    summary: 'List teams and their limits',
    description: 'All teams of the installation, oldest first.',
    answers: {
      200: { description: 'One page; `next` is the cursor of the following one', schema: TeamPage },
    },
    problems: ['invalid_request'],
  });

export const CreateTeamDocs = () =>
  Operation({
    ...admin,
    id: 'createTeam',
    summary: 'Create a team',
    description:
      'A tenant: what belongs to it, no other team can see. It needs a key before anybody can work for it.',
    answers: { 201: { description: 'The team; it has no key yet', schema: Team, headers: location } },
    problems: ['malformed_json', 'unsupported_media_type', 'invalid_request'],
  });

export const GetTeamDocs = () =>
  Operation({
    ...admin,
    id: 'getTeam',
    summary: 'Read a team',
    description: 'Its name, and its share and limits as they hold now.',
    params: id,
    answers: { 200: { description: 'The team', schema: Team } },
    problems: ['not_found'],
  });

export const ChangeTeamDocs = () =>
  Operation({
    ...admin,
    id: 'changeTeam',
    summary: "Change a team's name, weight or limits",
    description:
      'What is left out stays. Limits hold from the next start and the next submit on; what runs or is queued is kept.',
    params: id,
    answers: { 200: { description: 'The team as it is now', schema: Team } },
    problems: ['malformed_json', 'not_found', 'unsupported_media_type', 'invalid_request'],
  });

export const ListKeysDocs = () =>
  Operation({
    ...admin,
    id: 'listTeamKeys',
    summary: 'List the API keys of a team',
    description: 'Newest first, revoked ones too. Secrets are in no answer but the one that made the key.',
    params: id,
    answers: { 200: { description: 'Keys', schema: ApiKeyList } },
    problems: ['not_found'],
  });

export const IssueKeyDocs = () =>
  Operation({
    ...admin,
    id: 'createTeamKey',
    summary: 'Make an API key for a team',
    description: 'A key with `admin` reaches every team: it is made only if `scopes` names it.',
    params: id,
    answers: { 201: { description: 'The key, shown this once', schema: NewApiKey } },
    problems: ['malformed_json', 'not_found', 'unsupported_media_type', 'invalid_request'],
  });

export const RevokeKeyDocs = () =>
  Operation({
    ...admin,
    id: 'revokeTeamKey',
    summary: 'Revoke an API key',
    description: 'Holds within a second, in every process. Again: the same answer.',
    params: { ...id, keyId: 'The public part of the key, between `dk_` and the next `_`' },
    answers: { 204: { description: 'The key opens nothing any more' } },
    problems: ['not_found'],
  });
