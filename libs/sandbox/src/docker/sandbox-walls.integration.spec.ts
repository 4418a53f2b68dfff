import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PhasePlan, SandboxPhase } from '@drydock/engine';
import { SandboxBench, SHELL } from '../testing/sandbox-bench.ts';

/** A command that must fail inside, and what it would break if it did not. */
const REFUSED: Record<string, string> = {
  'mount a tmpfs': 'mount -t tmpfs none /tmp',
  'bind-mount': 'mount --bind /etc /workspace',
  'make a user namespace': 'unshare -U true',
  'make a network namespace': 'unshare -n true',
  'make a device': 'mknod /tmp/disk b 8 0',
  'write to the root': 'touch /escaped',
  'write to /etc': 'echo x >> /etc/passwd',
  'write to /usr/bin': 'touch /usr/bin/escaped',
  'change the runtime': 'touch /opt/drydock/escaped',
  'write sysctls': 'echo 1 > /proc/sys/kernel/panic',
  'use sysrq': 'echo h > /proc/sysrq-trigger',
  'read the memory of the kernel': 'head -c 1 /proc/kcore | grep -q .',
  'read the log of the kernel': 'dmesg',
  chroot: 'chroot /tmp /bin/true',
  'change its cgroup': 'echo 1 > /sys/fs/cgroup/pids/pids.max || echo max > /sys/fs/cgroup/pids.max',
  'give files away': 'touch /tmp/mine && chown 0:0 /tmp/mine',
  'become root': 'setpriv --reuid 0 true || su -c true || python3 -c "import os; os.setuid(0)"',
  'find the engine': 'test -e /var/run/docker.sock || test -e /run/docker.sock',
  'see disks': 'ls /dev/sd* /dev/vd* /dev/loop* /dev/mem /dev/kmsg',
  'reach an address': 'timeout 2 bash -c "echo > /dev/tcp/169.254.169.254/80"',
  'load a kernel module': 'modprobe loop',
  'set the clock': 'date -s 2001-01-01',
  'raise its descriptors': 'ulimit -Hn 1000000',
  'dump core': 'ulimit -c 1',
};

const PHASES: readonly SandboxPhase[] = ['setup', 'agent', 'collect', 'verify'];

describe.each(PHASES)('The walls of the %s phase', (phase) => {
  let bench: SandboxBench;
  let plan: PhasePlan;
  const found: Record<string, string> = {};

  beforeAll(async () => {
    bench = await SandboxBench.open(SHELL);
    plan = await bench.aPlan({ phase, withVerify: phase === 'collect', sockets: phase !== 'collect' });
    const probes = Object.entries(REFUSED).map(
      ([what, command]) =>
        `(${command}) </dev/null >/dev/null 2>&1 && echo "broke: ${what}" || echo "held: ${what}"`,
    );
    const facts = [
      'echo "user: $(id -u):$(id -g)"',
      'echo "groups: $(id -G)"',
      'echo "interfaces: $(ls /sys/class/net)"',
      'echo "capabilities: $(grep -h ^Cap /proc/self/status | cut -f2 | sort -u)"',
      'echo "seccomp: $(grep ^Seccomp: /proc/self/status | cut -f2)"',
      'echo "no new privileges: $(grep ^NoNewPrivs /proc/self/status | cut -f2)"',
      'cp /usr/bin/id /tmp/id; chmod u+s /tmp/id; echo "set-uid copy: $(/tmp/id -u)"',
      'echo "set-uid program: $(find / -xdev -perm -4000 -type f 2>/dev/null | head -1 | xargs -r stat -c %u)"',
      'echo "own places: $(for d in "$PWD" "$HOME" /tmp /dev/shm; do touch "$d/mine" && rm "$d/mine" && echo -n ok; done)"',
      'echo "variables: $(env | cut -d= -f1 | grep -vE "^(_|SHLVL|PWD|OLDPWD)$" | sort | tr "\\n" " ")"',
      'echo "builds in /tmp: $(printf "#!/bin/sh\\necho run" > /tmp/x; chmod +x /tmp/x; /tmp/x)"',
    ];
    const text = await bench.run(plan, ...facts, ...probes);
    for (const line of text.split('\n')) {
      const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
      if (name === 'held' || name === 'broke') found[value] = name;
      else found[name] = value;
    }
  });
  afterAll(() => bench.close());

  it.each(Object.keys(REFUSED))('hold when it tries to %s', (what) => {
    expect(found[what]).toBe('held');
  });

  it('leave it an unprivileged user without a single capability, also by set-uid', () => {
    expect(found).toMatchObject({
      user: '10001:10001',
      groups: '10001',
      capabilities: '0000000000000000',
      seccomp: '2',
      'no new privileges': '1',
      'set-uid copy': '10001',
    });
  });

  it('leave it no network but the loopback', () => {
    expect(found.interfaces).toBe('lo');
  });

  it('leave it places to work in', () => {
    expect(found['own places']).toBe('okokokok');
    expect(found['builds in /tmp']).toBe('run');
  });

  it('show it no variable that it does not need', () => {
    expect(found.variables?.trim().split(' ')).toEqual(['HOME', 'HOSTNAME', 'LANG', 'PATH', 'TMPDIR']);
  });
});
