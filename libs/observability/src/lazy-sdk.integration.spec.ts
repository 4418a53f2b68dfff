import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '@drydock/testing';

/** Runs a script against this library in a process of its own, and gives its stdout. */
const run = async (script: string, env: Record<string, string> = {}): Promise<string> => {
  const args = ['--import', './tools/ts.mjs', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    timeout: 100_000,
  });
  return stdout;
};

const START = `
  import { createRequire, registerHooks } from 'node:module';
  const seen = [];
  registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
  const { createTelemetry, logProcessFaults, startTracing } = await import('./libs/observability/src/index.ts');
  const who = { service: 'drydock-worker', version: '1', instance: 'w' };
`;

describe('a process', () => {
  it('does not load the SDK when tracing is off', async () => {
    const stdout = await run(`${START}
      await startTracing({ ...who, isOn: false });
      createTelemetry({ ...who, level: 'info', secrets: [] }).log.info({}, 'hello');
      console.log(seen.filter((url) => /@opentelemetry.(sdk|instrumentation)|bullmq/.test(url)).length, seen.length > 0);
    `);
    expect(stdout).toContain('"msg":"hello"');
    expect(stdout.trim().split('\n').at(-1)).toBe('0 true');
  });

  it('prints spans when OTEL_TRACES_EXPORTER says console', async () => {
    const script = `${START}
      const tracing = await startTracing({ ...who, isOn: true });
      const telemetry = createTelemetry({ ...who, level: 'info', secrets: [] });
      await telemetry.span('attempt', { attributes: { attempt: 1 } }, () => Promise.resolve());
      await tracing.shutdown();
    `;
    const stdout = await run(script, { OTEL_TRACES_EXPORTER: 'console' });
    expect(stdout).toContain("name: 'attempt'");
    expect(stdout).toContain("'service.name': 'drydock-worker'");
  });

  it('survives an unhandled rejection with a line, and dies of an uncaught exception with one', async () => {
    const script = `${START}
      const { log } = createTelemetry({ ...who, level: 'info', secrets: ['canary-secret'] });
      logProcessFaults(log);
      process.on('exit', (code) => console.log('exit', code));
      void Promise.reject(new Error('canary-secret'));
      setTimeout(() => { log.info({}, 'still here'); throw new Error('the end'); }, 50);
    `;
    const failed = await run(script).then(
      () => null,
      (error: unknown) => error as { stdout: string; code: number },
    );
    expect(failed).toMatchObject({ code: 1 });
    const lines = failed?.stdout.trim().split('\n') ?? [];
    expect(lines[0]).toContain('a rejection that nobody handled');
    expect(lines[0]).not.toContain('canary-secret');
    expect(lines[1]).toContain('still here');
    expect(lines[2]).toContain('the end');
  });
});
