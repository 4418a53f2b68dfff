import type { RunnerCommand } from '@drydock/contracts';
import type { NetworkPolicy } from '@drydock/contracts';
import type { z } from 'zod';

type Start = Extract<z.infer<typeof RunnerCommand>, { type: 'start' }>;

const LLM_PORT = 4000;
const EGRESS_PORT = 4001;
const SOCKETS = '/run/drydock';
export const TASK_FILE_NAME = 'task.json';

/** Client libraries refuse to start without a key. The gateway throws it away and injects the real one. */
const DUMMY_KEY = 'drydock-gateway-injects-the-key';

const egressEnvironment = (): Record<string, string> => {
  const proxy = `http://127.0.0.1:${String(EGRESS_PORT)}`;
  const local = 'localhost,127.0.0.1,::1';
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: local,
    no_proxy: local,
    NODE_USE_ENV_PROXY: '1',
  };
};

const llmEnvironment = (): Record<string, string> => {
  const base = `http://127.0.0.1:${String(LLM_PORT)}`;
  return {
    OPENAI_BASE_URL: `${base}/v1`,
    OPENAI_API_KEY: DUMMY_KEY,
    ANTHROPIC_BASE_URL: base,
    ANTHROPIC_API_KEY: DUMMY_KEY,
  };
};

/** What a phase needs of loopback forwarders and variables: no secret is ever among them. */
export const sandboxEnvironment = (llm: boolean, network: NetworkPolicy): Pick<Start, 'env' | 'forwards'> => {
  const egress = network.mode === 'allowlist';
  return {
    env: {
      DRYDOCK_TASK_FILE: `/in/${TASK_FILE_NAME}`,
      ...(llm ? llmEnvironment() : {}),
      ...(egress ? egressEnvironment() : {}),
    },
    forwards: [
      ...(llm ? [{ port: LLM_PORT, socket: `${SOCKETS}/llm.sock` }] : []),
      ...(egress ? [{ port: EGRESS_PORT, socket: `${SOCKETS}/egress.sock` }] : []),
    ],
  };
};
