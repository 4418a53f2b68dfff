/** A frame of a stream of server-sent events. */
export interface Frame {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

const fieldOf = (line: string): [name: string, value: string] => {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
};

const frameOf = (block: string): Frame | null => {
  let id: string | null = null;
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [name, value] = fieldOf(line);
    if (name === 'id') id = value;
    else if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? null : { id, event, data: data.join('\n') };
};

/** Takes a stream apart that comes in any pieces. Comments and frames without data are left out. */
export class FrameReader {
  #rest = '';

  push(text: string): Frame[] {
    // Pieces of a large frame are put together once, when its end has come.
    if (!text.includes('\n') && !this.#rest.endsWith('\n')) {
      this.#rest += text;
      return [];
    }
    const blocks = (this.#rest + text.replaceAll('\r\n', '\n')).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.map(frameOf).filter((frame) => frame !== null);
  }
}
