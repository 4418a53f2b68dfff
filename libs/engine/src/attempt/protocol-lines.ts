import { createHmac, timingSafeEqual } from 'node:crypto';
import { MAX_PROTOCOL_LINE_BYTES, RunnerMessage } from '@drydock/contracts';
import type { z } from 'zod';

export type ParsedMessage = z.infer<typeof RunnerMessage>;
const NEWLINE = 0x0a;

/** Cuts a byte stream into lines. A line longer than the bound is dropped whole, whatever its length. */
export class LineCutter {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #skipping = false;
  dropped = 0;

  push(chunk: Uint8Array): Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end));
      const line = this.#finish();
      if (line) lines.push(line);
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_PROTOCOL_LINE_BYTES) {
      this.#skipping = true;
      this.#parts = [];
    }
    if (!this.#skipping && part.length > 0) this.#parts.push(part);
  }

  #finish(): Buffer | null {
    const line = this.#skipping ? null : Buffer.concat(this.#parts);
    if (line === null) this.dropped++;
    this.#parts = [];
    this.#bytes = 0;
    this.#skipping = false;
    return line;
  }
}

/** One line of the sandbox as a message, or null: it is untrusted, so what does not fit the protocol is nothing. */
export const parseMessage = (line: Uint8Array): ParsedMessage | null => {
  try {
    const parsed = RunnerMessage.safeParse(JSON.parse(Buffer.from(line).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

const PROOF = /^(.*),"proof":"([0-9a-f]{64})"\}$/s;

/** Whether the line bears the signature that only the runner can make. */
const isProven = (line: Uint8Array, key: string): boolean => {
  const [, json, proof] = PROOF.exec(Buffer.from(line).toString('utf8')) ?? [];
  if (json === undefined || proof === undefined) return false;
  return timingSafeEqual(createHmac('sha256', key).update(`${json}}`).digest(), Buffer.from(proof, 'hex'));
};

const needsProof = ({ type }: ParsedMessage): boolean => type === 'done' || type === 'command_finished';

/**
 * The runner's messages in order; `onNoise` is called for each line that is none. With a key, what tells an end counts
 * only with its proof: every process of the sandbox can open the runner's stdout.
 */
export async function* protocolMessages(
  output: AsyncIterable<Uint8Array>,
  onNoise: () => void,
  proofKey?: string,
): AsyncGenerator<ParsedMessage> {
  const cutter = new LineCutter();
  for await (const chunk of output) {
    const droppedBefore = cutter.dropped;
    for (const line of cutter.push(chunk)) {
      const message = parseMessage(line);
      if (message && (proofKey === undefined || !needsProof(message) || isProven(line, proofKey)))
        yield message;
      else onNoise();
    }
    if (cutter.dropped > droppedBefore) onNoise();
  }
}
