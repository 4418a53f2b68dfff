import { AppError } from '@drydock/domain';
import type { AttemptKey } from '../ports/attempt-key.ts';
import type { AskDead, Reaped } from '../ports/reaping.ts';
import type { CreatedSandbox, PhasePlan, RunningSandbox, Sandboxes, SandboxPhase } from '../ports/sandbox.ts';
import { FakeRunning, type FakeScript } from './fake-process.ts';
import { playRunner } from './fake-runner.ts';

export interface FakeSandboxesOptions {
  /** What plays each phase; one that is not named plays a runner whose job succeeds at once. */
  readonly phases?: Partial<Record<SandboxPhase, FakeScript>>;
  /** Images that are there; default: every one. */
  readonly images?: readonly string[];
}

type FailingCall = 'create' | 'start' | 'destroy' | 'ping';

interface FakeContainer {
  readonly plan: PhasePlan;
  running: FakeRunning | null;
}

const nameOf = (key: AttemptKey, phase: SandboxPhase): string => `${key.taskId}/${key.attempt}/${phase}`;

/** Sandboxes in memory, whose processes are scripts. Passes the contract of the port. */
export class FakeSandboxes implements Sandboxes {
  readonly #phases: Partial<Record<SandboxPhase, FakeScript>>;
  readonly #images: readonly string[] | null;
  readonly #containers = new Map<string, FakeContainer>();
  readonly #failures: { call: FailingCall; error: AppError }[] = [];
  /** Every plan that was created, in order. */
  readonly created: PhasePlan[] = [];
  /** Every process that was started, in order, with the lines that it got. */
  readonly started: { readonly plan: PhasePlan; readonly received: readonly string[] }[] = [];

  constructor({ phases = {}, images }: FakeSandboxesOptions = {}) {
    this.#phases = phases;
    this.#images = images ?? null;
  }

  /** The next call of this kind fails so. */
  failNext(call: FailingCall, error: AppError): void {
    this.#failures.push({ call, error });
  }

  /** Plans of what was created and not removed: empty when nothing leaked. */
  get left(): PhasePlan[] {
    return [...this.#containers.values()].map(({ plan }) => plan);
  }

  async create(plan: PhasePlan, signal: AbortSignal): Promise<CreatedSandbox> {
    signal.throwIfAborted();
    this.#failIfTold('create');
    if (plan.phase !== 'collect') this.#needImage(plan.image);
    this.#remove(nameOf(plan.key, plan.phase));
    const container: FakeContainer = { plan, running: null };
    this.#containers.set(nameOf(plan.key, plan.phase), container);
    this.created.push(plan);
    let wasStarted = false;
    return {
      start: async (startSignal) => {
        startSignal.throwIfAborted();
        this.#failIfTold('start');
        if (wasStarted) throw new AppError('sandbox_failed', 'A sandbox is started at most once.');
        wasStarted = true;
        return this.#start(container);
      },
    };
  }

  async destroy(key: AttemptKey, phase: SandboxPhase, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#failIfTold('destroy');
    this.#remove(nameOf(key, phase));
  }

  async imageDigest(image: string): Promise<string> {
    this.#needImage(image);
    return `sha256:${Buffer.from(image).toString('hex').padEnd(64, '0').slice(0, 64)}`;
  }

  async ping(): Promise<void> {
    this.#failIfTold('ping');
  }

  async reap(askDead: AskDead): Promise<Reaped> {
    const found = [...this.#containers];
    const dead = new Set(
      (await askDead(found.map(([, { plan }]) => plan.key))).map(
        ({ taskId, attempt }) => `${taskId}/${attempt}/`,
      ),
    );
    const gone = found.filter(([name]) => [...dead].some((prefix) => name.startsWith(prefix)));
    for (const [name] of gone) this.#remove(name);
    return { removed: gone.length, stuck: [] };
  }

  #start(container: FakeContainer): RunningSandbox {
    const { plan } = container;
    if (this.#containers.get(nameOf(plan.key, plan.phase)) !== container)
      throw new AppError('sandbox_failed', 'The sandbox was removed before it was started.');
    const running = new FakeRunning(plan, this.#phases[plan.phase] ?? playRunner());
    container.running = running;
    this.started.push({ plan, received: running.received });
    return running;
  }

  #remove(name: string): void {
    void this.#containers.get(name)?.running?.kill();
    this.#containers.delete(name);
  }

  #needImage(image: string): void {
    if (this.#images && !this.#images.includes(image))
      throw new AppError('image_missing', `The image ${image} is not on this worker.`);
  }

  #failIfTold(call: FailingCall): void {
    const at = this.#failures.findIndex((failure) => failure.call === call);
    const [failure] = at === -1 ? [] : this.#failures.splice(at, 1);
    if (failure) throw failure.error;
  }
}
