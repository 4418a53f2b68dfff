import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { PhasePlan, RunningSandbox } from '../ports/sandbox.ts';
import { anySignal, aPhasePlan, tell, textOf, type SandboxesUnderTest } from './sandboxes-under-test.ts';

/** Promises of `Sandboxes`, for every adapter of it. */
export const sandboxContract = (name: string, make: () => Promise<SandboxesUnderTest>): void => {
  describe(`Sandboxes contract: ${name}`, () => {
    let under: SandboxesUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.close());

    const aPlan = async (rest: Partial<PhasePlan> = {}): Promise<PhasePlan> => {
      const plan = aPhasePlan(rest);
      await under.openAreas(plan);
      return plan;
    };
    const create = (plan: PhasePlan) => under.sandboxes.create(plan, anySignal());
    const run = async (plan?: PhasePlan): Promise<RunningSandbox> =>
      (await create(plan ?? (await aPlan()))).start(anySignal());
    const destroy = ({ key, phase }: PhasePlan) => under.sandboxes.destroy(key, phase, anySignal());

    it('gives the output from the first byte to the last, and the exit code as a value', async () => {
      const running = await run();
      tell(running, 'say first', 'say last', 'exit 7');
      expect(await textOf(running.output)).toBe('first\nlast\n');
      expect(await running.wait()).toEqual({ exitCode: 7, oomKilled: false });
      expect(await running.wait()).toEqual({ exitCode: 7, oomKilled: false });
    });

    it('ignores what is sent after the end, and a late kill', async () => {
      const running = await run();
      tell(running, 'exit 0');
      await running.wait();
      expect(() => tell(running, 'say hello')).not.toThrow();
      await running.kill();
      expect(await running.wait()).toEqual({ exitCode: 0, oomKilled: false });
    });

    it('kills all inside, twice if told so', async () => {
      const running = await run();
      tell(running, 'hang');
      await Promise.all([running.kill(), running.kill()]);
      expect(await running.wait()).toMatchObject({ exitCode: 137 });
      expect(await textOf(running.output)).toBe('');
    });

    it('ends a process that nobody reads from, and never glues two lines to one', async () => {
      const running = await run();
      tell(running, 'flood 32', 'exit 0');
      expect(await running.wait()).toMatchObject({ exitCode: 0 });
      const lines = (await textOf(running.output)).split('\n');
      expect(lines.every((line) => /^(x{0,999}|flooded)$/.test(line))).toBe(true);
    });

    it('reports an OOM kill of a child although the process lived on', async () => {
      const running = await run();
      tell(running, 'hog', 'exit 0');
      expect(await textOf(running.output)).toBe('hogged 137\n');
      expect(await running.wait()).toEqual({ exitCode: 0, oomKilled: true });
    });

    it('runs sandboxes of several attempts and phases at once, apart from each other', async () => {
      const first = await aPlan();
      const plans = [first, await aPlan(), { ...first, phase: 'setup' as const }];
      const all = await Promise.all(plans.map((plan) => run(plan)));
      all.forEach((running, index) => {
        tell(running, `say ${index}`, 'exit 0');
      });
      expect(await Promise.all(all.map(({ output }) => textOf(output)))).toEqual(['0\n', '1\n', '2\n']);
      await destroy(first);
      expect(await under.countLeft()).toBe(2);
    });

    it('destroys before, during and after, again and again', async () => {
      const plan = await aPlan();
      await destroy(plan);
      const creating = create(plan);
      await destroy(plan);
      await creating.catch(() => undefined);
      expect(await under.countLeft()).toBe(0);
      const running = await run(plan);
      tell(running, 'hang');
      await Promise.all([destroy(plan), destroy(plan)]);
      expect(await under.countLeft()).toBe(0);
      await running.wait().catch(() => undefined);
      expect(await textOf(running.output)).toBe('');
      await running.kill();
      await destroy(plan);
    });

    it('leaves nothing behind when the creation was given up', async () => {
      const plan = await aPlan();
      const giveUp = new AbortController();
      const creating = under.sandboxes.create(plan, giveUp.signal);
      giveUp.abort(new Error('given up'));
      await creating.catch(() => undefined);
      await destroy(plan);
      expect(await under.countLeft()).toBe(0);
      await expect(under.sandboxes.create(plan, giveUp.signal)).rejects.toThrow('given up');
      expect(await under.countLeft()).toBe(0);
    });

    it('starts nothing for a signal that has fired, and nothing twice', async () => {
      const created = await create(await aPlan());
      await expect(created.start(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
      const running = await created.start(anySignal());
      await expect(created.start(anySignal())).rejects.toMatchObject({ code: 'sandbox_failed' });
      tell(running, 'say still here', 'exit 0');
      expect(await textOf(running.output)).toBe('still here\n');
    });

    it('puts a new one in the place of a left-over', async () => {
      const plan = await aPlan();
      tell(await run(plan), 'hang');
      const running = await run(plan);
      tell(running, 'say new', 'exit 0');
      expect(await textOf(running.output)).toBe('new\n');
      expect(await under.countLeft()).toBe(1);
    });

    it('names an image that is not there, and gives the digest of one that is', async () => {
      const plan = await aPlan({ image: 'drydock/absent:9' });
      await expect(create(plan)).rejects.toMatchObject({ code: 'image_missing' });
      await expect(under.sandboxes.imageDigest('drydock/absent:9')).rejects.toMatchObject({
        code: 'image_missing',
      });
      expect(await under.countLeft()).toBe(0);
      expect(await under.sandboxes.imageDigest(aPhasePlan().image)).toMatch(/^sha256:[0-9a-f]{64}$/);
    });

    it('reaps the dead and spares the living, running or not', async () => {
      const [live, dead] = [await aPlan(), await aPlan()];
      await Promise.all([
        create(live),
        run({ ...live, phase: 'setup' }),
        create(dead),
        run({ ...dead, phase: 'setup' }),
      ]);
      const reap = (gone: readonly AttemptKey[]) => under.sandboxes.reap(() => Promise.resolve(gone));
      expect(await reap([])).toEqual({ removed: 0, stuck: [] });
      expect(await reap([dead.key])).toEqual({ removed: 2, stuck: [] });
      expect(await under.countLeft()).toBe(2);
      expect(await reap([dead.key])).toEqual({ removed: 0, stuck: [] });
    });

    it('asks who is dead after it looked, and removes nothing when nobody can tell', async () => {
      const [before, after] = [await aPlan(), await aPlan()];
      await create(before);
      const asked = under.sandboxes.reap(async (found) => {
        await create(after);
        return [...found, after.key];
      });
      expect((await asked).removed).toBe(1);
      const nobody = under.sandboxes.reap(() => Promise.reject(new Error('nobody can tell')));
      await expect(nobody).rejects.toThrow('nobody can tell');
      expect(await under.countLeft()).toBe(1);
    });

    it('answers a ping', async () => {
      await expect(under.sandboxes.ping()).resolves.toBeUndefined();
    });
  });
};
