import { describe, expect, it } from '@jest/globals';
import { effectiveLimits, type InstanceId, type SessionId, type TaskId } from '@drydock/domain';
import type { PhasePlan } from '@drydock/engine';
import { golden } from '@drydock/testing';
import { containerRequest } from '../docker/container-request.ts';
import { compilePhase } from './compile-phase.ts';
import type { HostFacts } from './host-facts.ts';
import { maskVolumes } from './mask-volumes.ts';

const host: HostFacts = {
  instanceId: '5f0c9d3e8a7b6c1d' as InstanceId,
  host: 'build-7',
  workerId: 'worker-a',
  runtimeDirectory: '/data/runtime/x64-1',
  runnerArgv: [
    '/opt/drydock/lib/ld.so',
    '--library-path',
    '/opt/drydock/lib',
    '/opt/drydock/bin/node',
    '/opt/drydock/runner.cjs',
  ],
  toolboxImage: 'drydock/toolbox:1',
  sandboxRuntime: 'runc',
  cpuCount: 4,
  locate: (key, area) => `/data/workspaces/${key.taskId}-${key.attempt}${area === null ? '' : `/${area}`}`,
};

const plan: PhasePlan = {
  key: { taskId: 'task_01jd8n5zj8e0h9v3c2k7m4q6rs' as TaskId, attempt: 2 },
  phase: 'agent',
  sessionId: 'worker-a:0badcafe' as SessionId,
  image: 'acme/build:3',
  limits: effectiveLimits({}),
  network: 'none',
  sockets: true,
  withVerify: false,
  deadlineMs: Date.UTC(2026, 0, 2, 3, 0, 0),
};

const CASES: Record<string, Partial<PhasePlan>> = {
  'agent-default': {},
  'setup-default': { phase: 'setup', sockets: false },
  'setup-allowlist': { phase: 'setup', network: 'allowlist', sockets: true },
  'setup-full-network': { phase: 'setup', network: 'full', sockets: false },
  'verify-default': { phase: 'verify', sockets: false },
  'collect-default': { phase: 'collect', sockets: false },
  'collect-with-verify': { phase: 'collect', sockets: false, withVerify: true },
  'agent-least-limits': { limits: effectiveLimits({ memoryMb: 64, pids: 32, cpus: 0.1 }) },
  'agent-more-cpus-than-host': { limits: effectiveLimits({ cpus: 64 }) },
};

describe('compilePhase', () => {
  it.each(Object.keys(CASES))('compiles %s to its golden spec, whole', (name) => {
    const spec = compilePhase({ ...plan, ...CASES[name] }, host);
    expect(spec).toStrictEqual(golden(new URL(`golden/${name}.json`, import.meta.url), spec));
  });

  it('is asked of Docker as the golden request, whole', () => {
    const request = containerRequest(compilePhase(plan, host));
    expect(request).toStrictEqual(golden(new URL('golden/request-agent.json', import.meta.url), request));
  });

  it.each(['full', 'allowlist'] as const)('gives collect neither network nor sockets for %s', (network) => {
    const collect = { ...plan, phase: 'collect' as const };
    const asked = compilePhase({ ...collect, network, sockets: true, image: 'evil/git:1' }, host);
    expect(asked).toStrictEqual(compilePhase({ ...collect, network: 'none', sockets: false }, host));
  });

  it('gives every attempt and phase a name of its own, and the same one again', () => {
    const nameOf = (rest: Partial<PhasePlan>) => compilePhase({ ...plan, ...rest }, host).name;
    const others: Partial<PhasePlan>[] = [{ phase: 'setup' }, { key: { ...plan.key, attempt: 3 } }];
    expect(new Set([nameOf({}), ...others.map(nameOf)]).size).toBe(3);
    expect(nameOf({ image: 'other', deadlineMs: 0 })).toBe(nameOf({}));
  });
});

describe('maskVolumes', () => {
  const spec = compilePhase(plan, host);

  it('changes nothing for an image without volumes, or with some where we mount anyway', () => {
    expect(maskVolumes(spec, [])).toBe(spec);
    expect(maskVolumes(spec, ['/workspace', '/tmp/', '/in'])).toBe(spec);
  });

  it('covers what the image declares, once, and in memory', () => {
    const masked = maskVolumes(spec, ['/var/lib/data', '/var/lib/data/', '/cache']);
    expect(masked.tmpfs.slice(spec.tmpfs.length).map(({ path }) => path)).toEqual([
      '/cache',
      '/var/lib/data',
    ]);
    expect({ ...masked, tmpfs: spec.tmpfs }).toEqual(spec);
  });
});
