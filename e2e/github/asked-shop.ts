import { expect } from '@jest/globals';
import { People, WEBHOOK_SECRET } from './people.ts';
import { openShop, type Identity, type Shop, type ShopOptions } from './shop.ts';
import { ALL_TRIGGERS, WRITES_B } from './triggers.ts';

/** A shop that can be asked in every way. Ada may write there, and its tasks are verified by what the model writes. */
export const openAskedShop = async (
  identity: Identity,
  options: ShopOptions = {},
): Promise<{ shop: Shop; people: People }> => {
  const env = { GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET };
  const shop = await openShop(identity, { script: WRITES_B, env, ...options });
  shop.repository.collaborators.set('ada', 'write');
  await shop.repository.git.push('main', { '.drydock.yml': 'verify: [test -f b.txt]\n' });
  const forge = { owner: 'acme', name: 'shop', triggers: ALL_TRIGGERS };
  expect((await shop.system.client.post('/v1/repositories', { forge })).status).toBe(201);
  return { shop, people: new People(shop) };
};
