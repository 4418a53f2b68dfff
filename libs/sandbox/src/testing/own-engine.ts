import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { eventually } from '@drydock/testing';
import Docker from 'dockerode';
import { hostCommand } from '../workspaces/host-command.ts';
import { unmountBelow } from '../workspaces/mounts-below.ts';

/** A second engine beside the machine's, with all of its state in a directory of its own: this one may die. */
export class OwnEngine {
  readonly socketPath: string;
  readonly docker: Docker;
  readonly #directory: string;
  #dockerd: ChildProcess | null = null;

  private constructor(directory: string) {
    this.#directory = directory;
    this.socketPath = join(directory, 'd.sock');
    this.docker = new Docker({ socketPath: this.socketPath });
  }

  /** Starts one that has the given image of the machine's engine. */
  static async open(image: string): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), 'dd-en-')));
    await engine.start();
    const file = join(engine.#directory, 'image.tar');
    await pipeline(await new Docker().getImage(image).get(), createWriteStream(file));
    const loading = await engine.docker.loadImage(createReadStream(file));
    await new Promise((resolve) => loading.on('end', resolve).resume());
    await rm(file);
    return engine;
  }

  get #isRunning(): boolean {
    return this.#dockerd?.exitCode === null && this.#dockerd.signalCode === null;
  }

  async start(): Promise<void> {
    const at = (name: string): string => join(this.#directory, name);
    const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')];
    // In a network namespace of its own: without a bridge, an engine deletes the one that the machine's engine has there.
    const alone = [
      '--bridge',
      'none',
      '--iptables=false',
      '--ip-masq=false',
      '-H',
      `unix://${this.socketPath}`,
    ];
    // A killed one leaves its numbers behind. They may be somebody's by now, or a zombie's where nobody reaps.
    for (const file of ['pid', 'exec/containerd/containerd.pid']) await rm(at(file), { force: true });
    const isUp = async (): Promise<unknown> => {
      // A first start may fail over what a killed one left; whoever keeps an engine up starts it again.
      if (!this.#isRunning)
        this.#dockerd = spawn('unshare', ['--net', 'dockerd', ...places, ...alone], { stdio: 'ignore' });
      return this.docker.ping();
    };
    await eventually(isUp);
  }

  /** @returns after the end of the process and of its containerd; after a SIGKILL the containers live on. */
  async signal(name: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const exited = this.#isRunning && this.#dockerd && once(this.#dockerd, 'exit');
    this.#dockerd?.kill(name);
    await exited;
    const isGone = async (): Promise<boolean> =>
      !(await this.processes()).some((line) => line.includes('containerd.toml'));
    await eventually(isGone);
  }

  freeze(): void {
    this.#dockerd?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#dockerd?.kill('SIGCONT');
  }

  /** Processes of this engine, its containers' keepers included. */
  async processes(): Promise<string[]> {
    const { stdout } = await hostCommand('pgrep', ['-af', this.#directory], 5000);
    return stdout.split('\n').filter((line) => line.includes(this.#directory) && !line.includes('pgrep'));
  }

  async close(): Promise<void> {
    await this.signal('SIGTERM');
    for (const line of await this.processes()) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    await eventually(async () => (await this.processes()).length === 0);
    await unmountBelow(this.#directory);
    await rm(this.#directory, { recursive: true, force: true });
  }
}
