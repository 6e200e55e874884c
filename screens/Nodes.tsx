import type { ReactElement } from 'react';
import { Lines } from '../components/Lines.tsx';
import { useLook } from '../components/look.ts';
import { asProxdeckError } from '../src/models/error.ts';
import type { ClusterNode } from '../src/models/cluster.ts';
import { useApp, useList, useLive, useLoaded } from '../src/ui/hooks.ts';
import { ListWithDetails } from './ListWithDetails.tsx';
import { nodeDetails, nodeList } from './nodes.ts';

/** The nodes of the cluster. */
export const Nodes = (): ReactElement => {
  const { list } = useList('nodes', nodeList);
  useLive((live) => live.version);
  return (
    <ListWithDetails
      list={list}
      empty="no nodes yet"
      details={(width, height) => <NodeDetails node={list.current()} width={width} height={height} />}
    />
  );
};

/** Looked at for this long, a node is asked for its load and versions; then every ten seconds. */
const timing = { dwellMs: 300, everyMs: 10_000 };

const NodeDetails = ({
  node,
  width,
  height,
}: {
  readonly node: ClusterNode | undefined;
  readonly width: number;
  readonly height: number;
}): ReactElement => {
  const app = useApp();
  const look = useLook();
  const session = useLive(() => app.session);
  const wanted =
    node !== undefined && node.status === 'online' && node.cpu !== undefined && session !== undefined
      ? node.node
      : undefined;
  const loaded = useLoaded(
    wanted,
    async (name, signal) => {
      if (session === undefined) throw new Error('there is no session');
      return session.nodeStatus(name, { signal, origin: 'person' });
    },
    timing,
  );
  if (node === undefined) return <Lines lines={[]} width={width} height={height} />;
  const { snapshot } = app.live.getState();
  const lines = nodeDetails(
    {
      node,
      history: app.history(node.id),
      guests: app.guestsOfNode(node.node),
      storages: snapshot.storages.filter((storage) => storage.node === node.node),
      status: loaded?.value,
      trouble: loaded?.error === undefined ? undefined : asProxdeckError(loaded.error).message,
    },
    width,
    look,
  );
  return <Lines lines={lines} width={width} height={height} />;
};
