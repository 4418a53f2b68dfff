import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BUILT_IN_PRICES,
  NO_USAGE,
  type AllowedPrivateHosts,
  type Budget,
  type TaskId,
} from '@drydock/domain';
import type { EndpointSpec, GatewayEndpoint, Log, MeteredCall } from '@drydock/engine';
import { startScriptedModel, type ScriptedModel, type ScriptInput } from '@drydock/testing';
import { Client } from 'undici';
import type { GatewayBounds } from '../bounds.ts';
import type { Resolver } from '../egress/resolve-target.ts';
import { UnixGateway } from '../unix-gateway.ts';

/** What the provider gets; no reply and no journal may ever hold it. */
export const PROVIDER_KEY = 'sk-canary-0123456789abcdef';
/** What the sandbox holds. */
export const DUMMY_KEY = 'sk-dummy';

export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface RigOptions {
  readonly script?: ScriptInput;
  /** Instead of the scripted model. */
  readonly baseUrl?: string;
  readonly bounds?: Partial<GatewayBounds>;
  readonly budget?: Partial<Budget>;
  readonly model?: string | null;
  readonly allow?: readonly string[];
  readonly privateHosts?: AllowedPrivateHosts;
  readonly resolver?: Resolver;
  readonly onCall?: (call: MeteredCall) => Promise<void>;
  /** Length of the name of the data directory. */
  readonly nameLength?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Parts {
  readonly gateway: UnixGateway;
  readonly endpoint: GatewayEndpoint;
  readonly model: ScriptedModel;
}

const noneFound: Resolver = () => Promise.reject(new Error('ENOTFOUND'));

/** A gateway with one open endpoint of the agent phase, a scripted provider behind it, and clients for its sockets. */
export class GatewayRig {
  readonly calls: MeteredCall[] = [];
  readonly notices: { code: string; message: string }[] = [];
  readonly directory: string;
  readonly #clients: Client[] = [];
  #parts: Parts | null = null;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(options: RigOptions = {}): Promise<GatewayRig> {
    const parent = await mkdtemp(join(tmpdir(), 'gw-'));
    const rig = new GatewayRig(
      join(
        parent,
        randomBytes(100)
          .toString('hex')
          .slice(0, options.nameLength ?? 4),
      ),
    );
    for (const area of ['run-agent', 'spool']) await mkdir(join(rig.directory, area), { recursive: true });
    await symlink(join(rig.directory, 'run-agent'), join(parent, 'link'));
    const model = await startScriptedModel({
      script: options.script ?? { turns: [{ when: {}, reply: 'ok' }] },
      apiKey: PROVIDER_KEY,
    });
    const upstream = { baseUrl: options.baseUrl ?? model.url, apiKey: PROVIDER_KEY };
    const gateway = new UnixGateway({
      upstreams: { openai: upstream, anthropic: upstream },
      locate: (_key, area) => join(rig.directory, area ?? ''),
      prices: BUILT_IN_PRICES,
      allowedPrivateHosts: options.privateHosts ?? new Set(),
      log: SILENT,
      resolver: options.resolver ?? noneFound,
      bounds: { retryBaseMs: 1, ...options.bounds },
    });
    rig.#parts = { gateway, model, endpoint: await gateway.open(rig.#spec(options)) };
    return rig;
  }

  get endpoint(): GatewayEndpoint {
    return this.#part().endpoint;
  }

  get gateway(): UnixGateway {
    return this.#part().gateway;
  }

  get model(): ScriptedModel {
    return this.#part().model;
  }

  socketPath(name: string): string {
    return join(this.directory, 'run-agent', name);
  }

  /** For connecting: through a link, because clients have the same bound of 107 bytes. */
  linkPath(name: string): string {
    return join(this.directory, '..', 'link', name);
  }

  client(): Client {
    const client = new Client('http://gateway', { socketPath: this.linkPath('llm.sock') });
    this.#clients.push(client);
    return client;
  }

  /** One chat completion from the sandbox, with its dummy key. */
  async chat(body: object, client = this.client()): Promise<Answer> {
    const reply = await client.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${DUMMY_KEY}`, 'x-client': 'tool' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'fix it' }], ...body }),
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  }

  async journal(): Promise<{ raw: string; lines: Record<string, unknown>[] }> {
    const raw = await readFile(join(this.directory, 'spool', 'prompts.jsonl'), 'utf8');
    const lines = raw.trimEnd().split('\n');
    return { raw, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }

  async close(): Promise<void> {
    const { endpoint, gateway, model } = this.#part();
    await endpoint.close();
    await Promise.all([gateway.close(), model.close(), ...this.#clients.map((client) => client.destroy())]);
    await rm(join(this.directory, '..'), { recursive: true, force: true });
  }

  #part(): Parts {
    if (this.#parts === null) throw new Error('the rig is not open');
    return this.#parts;
  }

  #spec(options: RigOptions): EndpointSpec {
    return {
      key: { taskId: 'task_00000000000000000000000001' as TaskId, attempt: 1 },
      phase: 'agent',
      llm: {
        model: options.model === undefined ? 'scripted' : options.model,
        budget: { maxSteps: 200, maxTokens: 5_000_000, maxCostUsd: null, ...options.budget },
        spent: NO_USAGE,
        onCall: async (call) => {
          this.calls.push(call);
          await options.onCall?.(call);
        },
      },
      egress: { allow: options.allow ?? [] },
      onNotice: (notice) => this.notices.push(notice),
    };
  }
}
