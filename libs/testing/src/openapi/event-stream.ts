/** One event of `text/event-stream`, with the fields that it had. */
export type StreamEvent = Readonly<Partial<Record<'id' | 'event' | 'data', string>>>;

const FIELD = /^(id|event|data):\s?(.*)$/;

const eventOf = (block: string): StreamEvent =>
  Object.fromEntries(
    block.split('\n').flatMap((line) => {
      const [, name, value] = FIELD.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );

/** The events of a text of whole ones; comments and what tells when to come back are none. */
export const eventsIn = (text: string): StreamEvent[] =>
  text
    .split('\n\n')
    .map(eventOf)
    .filter((event) => Object.keys(event).length > 0);
