/**
 * Does something for each item, at most `most` at a time on one node and all nodes side by side, and yields what came of each
 * as it comes. A node that is slow holds up nobody else. `work` must not throw; once the signal is aborted nothing new is begun.
 */
export async function* eachByNode<Item extends { readonly node: string }, Result>(
  items: readonly Item[],
  most: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, void> {
  const waiting = Map.groupBy(items, ({ node }) => node);
  let told = Promise.withResolvers<void>();
  const ready: Result[] = [];
  const lane = async (queue: Item[]): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !signal.aborted; item = queue.shift()) {
      ready.push(await work(item));
      told.resolve();
    }
  };
  const lanes = [...waiting.values()].flatMap((queue) => Array.from({ length: most }, () => lane(queue)));
  let ended = false;
  const all = Promise.all(lanes).then(() => (ended = true));
  while (!ended || ready.length > 0) {
    await Promise.race([told.promise, all]);
    told = Promise.withResolvers<void>();
    yield* ready.splice(0);
  }
}
