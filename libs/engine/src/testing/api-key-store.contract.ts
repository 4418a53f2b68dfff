import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SCOPES } from '@drydock/domain';
import type { MakeStores, StoresUnderTest } from './stores-under-test.ts';

/** Promises of `ApiKeyStore`, for every adapter of it. */
export const apiKeyStoreContract = (name: string, make: MakeStores): void => {
  describe(`ApiKeyStore contract: ${name}`, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await make();
    });
    afterEach(() => stores.close());

    it('makes one first team, however many processes start at once', async () => {
      expect(await stores.keys.hasAny()).toBe(false);
      expect(await stores.keys.find('firstkey')).toBeNull();
      const ids = ['firstkey', 'firstkey', 'otherkey', 'otherkey'];
      await Promise.all(ids.map((id) => stores.keys.ensureFirstKey(id, `hash of ${id}`)));
      expect(await stores.keys.hasAny()).toBe(true);
      const [first, other] = [await stores.keys.find('firstkey'), await stores.keys.find('otherkey')];
      expect(first).toMatchObject({ id: 'firstkey', sha256: 'hash of firstkey', scopes: SCOPES });
      expect(other?.teamId).toBe(first?.teamId);
    });

    it('leaves a key as it is that exists already', async () => {
      await stores.keys.ensureFirstKey('firstkey', 'one');
      await stores.keys.ensureFirstKey('firstkey', 'two');
      expect((await stores.keys.find('firstkey'))?.sha256).toBe('one');
    });
  });
};
