import { AppError } from '@drydock/domain';
import type { z } from 'zod';
import type { Environment } from './read-environment.ts';

/** A variable that breaks its rule. The value is never kept: it may be a secret. */
export class SettingFault extends Error {
  readonly variable: string;
  readonly rule: string;

  constructor(variable: string, rule: string) {
    super(`${variable}: ${rule}`);
    this.variable = variable;
    this.rule = rule;
  }
}

/** Collects every fault before it throws, so that one start shows all that is wrong. */
export class SettingsReader {
  readonly env: Environment;
  readonly #faults: string[] = [];

  constructor(env: Environment) {
    this.env = env;
  }

  /** Undefined: a fault was noted. */
  take<S extends z.ZodType>(schema: S): z.output<S> | undefined {
    const parsed = schema.safeParse(this.env);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) this.#note(issue.path.join('.'), issue.message);
    return undefined;
  }

  /** Runs `work` unless one of its inputs is at fault; a SettingFault is noted. Undefined: there is a fault. */
  derive<I, T>(input: I | undefined, work: (input: I) => T): T | undefined {
    if (input === undefined) return undefined;
    try {
      return work(input);
    } catch (error) {
      if (!(error instanceof SettingFault)) throw error;
      this.#note(error.variable, error.rule);
      return undefined;
    }
  }

  /** @throws AppError `config_error` that names every wrong variable and its rule. */
  finish<T extends object>(parts: { readonly [K in keyof T]: T[K] | undefined }): T {
    if (this.#faults.length > 0)
      throw new AppError(
        'config_error',
        `The configuration is not valid:\n${this.#faults.map((fault) => `  ${fault}`).join('\n')}`,
      );
    // A part is undefined only after a fault.
    return parts as T;
  }

  #note(variable: string, rule: string): void {
    const fault = `${variable}: ${rule}`;
    if (!this.#faults.includes(fault)) this.#faults.push(fault);
  }
}
