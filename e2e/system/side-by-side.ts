/**
 * Begins to work on all items, so many at a time and in their order. A test that waits for its own item finds it done, or
 * almost: most of the time of a task goes by in waiting for something.
 * @returns what gives the result of one of these items, or throws what the work on it threw.
 */
export const sideBySide = <Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): ((item: Item) => Promise<Result>) => {
  const ends = new Map(items.map((item) => [item, Promise.withResolvers<Result>()]));
  const rest = ends.entries();
  const lane = async (): Promise<void> => {
    for (const [item, { resolve, reject }] of rest) await work(item).then(resolve, reject);
  };
  // Nobody may wait for an item yet when it fails.
  for (const { promise } of ends.values()) promise.catch(() => undefined);
  for (let i = 0; i < atOnce; i++) void lane();
  return (item) => ends.get(item)?.promise ?? Promise.reject(new Error('there is no such item'));
};
