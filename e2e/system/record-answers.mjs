/**
 * Loaded into an api by `--import`: writes every answer that it gives, whoever asked, to file descriptor 3, as one line of JSON
 * before the answer itself goes out. A stream of events comes piece by piece, of other bodies that are no JSON only the head.
 */
import { writeSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { StringDecoder } from 'node:string_decoder';

const OUT = 3;
const EVENTS = 'text/event-stream';
const JSON_TYPE = /[/+]json\b/;
/** What is known of an answer that has begun. */
const begun = new WeakMap();
let lastId = 0;

const stateOf = (response) => {
  const known = begun.get(response);
  if (known !== undefined) return known;
  const state = {
    id: ++lastId,
    headers: {},
    text: '',
    decoder: new StringDecoder('utf8'),
    isRecorded: false,
  };
  begun.set(response, state);
  return state;
};

const typeOf = (response, { headers }) => {
  const type = headers['content-type'] ?? response.getHeader('content-type');
  return typeof type === 'string' ? type : null;
};

const record = (response, state, body) => {
  const { method, url } = response.req;
  const head = { id: state.id, method, path: url, status: response.statusCode };
  let line = Buffer.from(`${JSON.stringify({ ...head, contentType: typeOf(response, state), body })}\n`);
  while (line.length > 0) line = line.subarray(writeSync(OUT, line));
  state.isRecorded = true;
};

const textOf = (chunk, { decoder }) => {
  if (typeof chunk === 'string') return chunk;
  return chunk instanceof Uint8Array ? decoder.write(chunk) : '';
};

const look = (response, chunk, isLast) => {
  const state = stateOf(response);
  const type = typeOf(response, state);
  if (type?.startsWith(EVENTS)) return record(response, state, textOf(chunk, state));
  if (type !== null && !JSON_TYPE.test(type)) return state.isRecorded || record(response, state, '');
  state.text += textOf(chunk, state);
  if (isLast) record(response, state, state.text);
};

/** Calls `watch` before each call of a method of answers. */
const before = (name, watch) => {
  const original = ServerResponse.prototype[name];
  ServerResponse.prototype[name] = function (...args) {
    watch(this, args);
    return original.apply(this, args);
  };
};

before('writeHead', (response, args) => {
  const [status] = args;
  const headers = args.at(-1);
  if (typeof headers === 'object' && headers !== null) stateOf(response).headers = headers;
  response.statusCode = status;
});
before('write', (response, [chunk]) => look(response, chunk, false));
before('end', (response, [chunk]) => {
  if (!response.writableEnded) look(response, chunk, true);
});
