import { randomBytes } from 'node:crypto';
import { startTestGithub, type RepositoryState, type TestGithub } from '@drydock/testing';

const NAME = 'app';
/** Whom Drydock speaks as there. A token rather than an App: an App's proof of itself does not survive a wrong clock. */
const OURS = 'drydock-agent';
/** A person of every team. */
const PERSON = 'ada';
const FILES = { 'a.txt': 'one\n', 'src/b.txt': 'b\n', 'README.md': '# Small\n' };

/** The code host of a run: outside of the reach of whatever kills and cuts, but with faults of its own. */
export interface CodeHost {
  readonly github: TestGithub;
  /** Login that ours is shown under, and that of a person who may push. */
  readonly ours: string;
  readonly person: string;
  /** Of the person, for tasks that bring their own. */
  readonly personToken: string;
  readonly webhookSecret: string;
  /** What processes of the installation are told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The repository of a team. @throws Error when there is no such team. */
  repositoryOf(team: string): RepositoryState;
  close(): Promise<void>;
}

/** One private repository for each team, which is its owner there, too: a host that limits one leaves the other alone. */
export const openCodeHost = async (teams: readonly string[]): Promise<CodeHost> => {
  const github = await startTestGithub();
  const [token, personToken] = [github.state.personalToken(OURS), github.state.personalToken(PERSON)];
  const webhookSecret = randomBytes(24).toString('hex');
  for (const team of teams) {
    const repository = await github.state.addRepository(`${team}/${NAME}`);
    repository.collaborators.set(OURS, 'write').set(PERSON, 'write');
    await repository.git.push(repository.defaultBranch, FILES);
  }
  return {
    ...{ github, personToken, webhookSecret, ours: OURS, person: PERSON },
    environment: {
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: token,
      GITHUB_WEBHOOK_SECRET: webhookSecret,
    },
    repositoryOf: (team) => {
      const found = github.state.repository(team, NAME);
      if (found === undefined) throw new Error(`${team} has no repository`);
      return found;
    },
    close: () => github.close(),
  };
};

/** What git clones. */
export const cloneUrlOf = ({ github }: CodeHost, { fullName }: RepositoryState): string =>
  `${github.url}/${fullName}.git`;
