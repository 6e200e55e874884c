import type { CrawlOptions } from '../../inventory/crawl.ts';
import { FactStore, type Facts } from '../../inventory/facts.ts';
import type { Inventory } from '../../inventory/types.ts';
import { asProxdeckError } from '../../models/error.ts';

/** The start belongs to the picture: what is found out slowly is loaded this long after the first answer, in milliseconds. */
const loadAfterMs = 500;
/** And the first call of the crawl is not sent before. */
const firstCallAfterMs = 10_000;

interface Crawling {
  readonly facts: Facts;
  close(): Promise<void>;
}

/** Starts the slow crawl once the cluster has answered for the first time; until then there are no facts. */
export const crawlLater = (
  inventory: Inventory,
  parts: Pick<CrawlOptions, 'client' | 'cluster' | 'repository' | 'onTrouble'>,
): Crawling => {
  const facts = new FactStore();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let close: (() => Promise<void>) | undefined;
  const load = async (): Promise<void> => {
    const { startCrawl } = await import('../../inventory/crawl.ts');
    if (closed) return;
    const setTimer: CrawlOptions['setTimer'] = (run, ms) => {
      const wait = setTimeout(run, ms);
      return () => clearTimeout(wait);
    };
    ({ close } = startCrawl({ ...parts, inventory, facts, now: Date.now, setTimer, delayMs: firstCallAfterMs }));
  };
  const unsubscribe = inventory.subscribe(() => {
    if (timer !== undefined || inventory.connection.state !== 'live') return;
    unsubscribe();
    timer = setTimeout(() => {
      load().catch((thrown: unknown) => parts.onTrouble(asProxdeckError(thrown)));
    }, loadAfterMs);
  });
  return {
    facts,
    close: async () => {
      closed = true;
      unsubscribe();
      clearTimeout(timer);
      await close?.();
    },
  };
};
