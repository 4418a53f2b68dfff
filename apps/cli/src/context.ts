import type { Drydock } from '@drydock/sdk/node';
import { connect, findConnection, type Connection } from './settings/connection.ts';
import type { Environment } from './settings/environment.ts';
import { jsonText } from './terminal/safe-text.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface CommonOptions {
  readonly json?: boolean;
  readonly url?: string;
}

/** What every command works with. */
export class Context {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly isJson: boolean;
  readonly #options: CommonOptions;

  constructor(terminal: Terminal, environment: Environment, options: CommonOptions) {
    this.terminal = terminal;
    this.environment = environment;
    this.isJson = options.json ?? false;
    this.#options = options;
  }

  connection(): Promise<Connection> {
    return findConnection(this.environment, this.#options.url);
  }

  /** @throws CliError without an API key. */
  async client(): Promise<Drydock> {
    return connect(await this.connection());
  }

  /** The result: for a program with `--json`, else for a person. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.isJson) this.terminal.print(jsonText(value, 2));
    else for (const line of lines()) this.terminal.print(line);
  }

  /** Only for people: `--json` has the same in its result. */
  say(text: string): void {
    if (!this.isJson) this.terminal.say(text);
  }
}
