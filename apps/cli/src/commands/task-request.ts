import type { TaskRequest } from '@drydock/sdk';
import { usageError } from '../exit-codes.ts';
import type { RunFlags } from './run-flags.ts';

const limitsOf = ({ limit = {}, timeout, maxCost }: RunFlags): Record<string, number> => {
  const named = Object.entries(limit).map(([name, text]) => {
    const value = Number(text);
    if (text === '' || Number.isNaN(value))
      throw usageError(`--limit ${name}=${text}: "${text}" is no number. Use one, such as ${name}=2.`);
    return [name, value] as const;
  });
  return {
    ...Object.fromEntries(named),
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
  };
};

const agentOf = ({ model, instructions }: RunFlags, command: readonly string[]) => ({
  ...(command.length > 0 && { harness: 'command' as const, command: [...command] }),
  ...(model !== undefined && { model }),
  ...(instructions !== undefined && { instructions }),
});

/**
 * The task of these flags, without its source.
 * @param command - an argv in place of the builtin agent.
 * @throws CliError that names the flag.
 */
export const taskRequestOf = (
  description: string,
  command: readonly string[],
  flags: RunFlags,
): TaskRequest => {
  const { image, setup, verify, focus, allow, label, priority, attempts, callbackUrl } = flags;
  const network = { mode: 'allowlist' as const, allow: [...(allow ?? [])] };
  return {
    description,
    agent: agentOf(flags, command),
    limits: limitsOf(flags),
    ...(image !== undefined && { image }),
    ...(setup && { setup: [...setup] }),
    ...(verify && { verify: [...verify] }),
    ...(focus && { focusPaths: [...focus] }),
    ...(allow && { network: { setup: network, agent: network } }),
    ...(label && { labels: { ...label } }),
    ...(priority !== undefined && { priority }),
    ...(callbackUrl !== undefined && { callbackUrl }),
    ...(attempts !== undefined && { maxAttempts: attempts }),
  };
};
