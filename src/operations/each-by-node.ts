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
  const running = new Set<Promise<void>>();
  const ready: Result[] = [];
  const begin = (queue: Item[]): void => {
    const item = queue.shift();
    if (item === undefined || signal.aborted) return;
    const done: Promise<void> = work(item).then((result) => {
      running.delete(done);
      ready.push(result);
      begin(queue);
    });
    running.add(done);
  };
  for (const queue of waiting.values()) for (let lane = 0; lane < most; lane += 1) begin(queue);
  for (;;) {
    for (let result = ready.shift(); result !== undefined; result = ready.shift()) yield result;
    if (running.size === 0) return;
    await Promise.race(running);
  }
}
