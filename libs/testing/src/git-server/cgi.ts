import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADER_END = '\r\n\r\n';

const writeHead = (response: ServerResponse, head: string): void => {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const at = line.indexOf(':');
    const [name, value] = [line.slice(0, at), line.slice(at + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else if (at > 0) response.setHeader(name, value);
  }
  response.writeHead(status);
};

/** Hands one request to a CGI program and its answer back, streamed both ways. */
export const serveCgi = (
  { command, env }: { command: readonly [string, ...string[]]; env: Readonly<Record<string, string>> },
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const [program, ...args] = command;
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let head = Buffer.alloc(0);
  let isHeadDone = false;
  child.stdout.on('data', (piece: Buffer) => {
    if (isHeadDone) {
      if (!response.write(piece)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
      return;
    }
    head = Buffer.concat([head, piece]);
    const end = head.indexOf(HEADER_END);
    if (end < 0) return;
    isHeadDone = true;
    writeHead(response, head.toString('latin1', 0, end));
    response.write(head.subarray(end + HEADER_END.length));
  });
  child.on('error', () => response.destroy());
  child.on('close', () => {
    if (!isHeadDone) response.writeHead(500);
    response.end();
  });
  child.stdin.on('error', () => undefined); // a client that was refused early
  request.pipe(child.stdin);
  response.on('close', () => child.kill('SIGKILL'));
};
