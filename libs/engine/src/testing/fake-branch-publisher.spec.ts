import type { TeamId } from '@drydock/domain';
import type { BranchRequest } from '../ports/branch-publisher.ts';
import { branchPublisherContract } from './branch-publisher.contract.ts';
import { FakeBranchPublisher } from './fake-branch-publisher.ts';

const URL_OF_SHOP = 'https://h.example/acme/shop.git';
const TREE = '7e'.repeat(20);

async function* noPatch(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('diff'));
}

branchPublisherContract('FakeBranchPublisher', () => {
  const publisher = new FakeBranchPublisher();
  publisher.tree = TREE;
  publisher.token = 'ghp_right';
  const request = (more: Partial<BranchRequest> = {}): BranchRequest => ({
    teamId: 'team_1' as TeamId,
    url: URL_OF_SHOP,
    token: 'ghp_right',
    branch: 'drydock/task_1',
    expectedTip: null,
    baseCommit: 'c0'.repeat(20),
    tree: TREE,
    patch: noPatch(),
    message: 'Fix it',
    author: { name: 'Drydock', email: 'drydock@example.com' },
    at: new Date(1_700_000_000_000),
    ...more,
  });
  return Promise.resolve({
    publisher,
    paths: publisher.paths,
    request,
    followUp: (commit) => request({ baseCommit: commit, message: 'Fix more' }),
    tip: (branch) => Promise.resolve(publisher.tip(URL_OF_SHOP, branch)),
    commitByOthers: (branch) => Promise.resolve(publisher.commitByOthers(URL_OF_SHOP, branch)),
    protect: (branch) => publisher.protectedBranches.add(branch),
    openStores: () => publisher.openStores,
  });
});
