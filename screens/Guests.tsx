import type { ReactElement } from 'react';
import { Lines } from '../components/Lines.tsx';
import { useLook } from '../components/look.ts';
import type { Guest } from '../src/models/cluster.ts';
import { useApp, useKeys, useList, useLive, useRested } from '../src/ui/hooks.ts';
import { guestActions } from '../src/ui/guestActions.ts';
import { guestDetails, guestList } from './guests.ts';
import { ListWithDetails } from './ListWithDetails.tsx';

/** Containers and VMs of the cluster in one list. */
export const Guests = (): ReactElement => {
  const app = useApp();
  const { list } = useList('guests', guestList);
  useKeys('guests', {
    actions: () => app.openMenu(guestActions(app, list.chosen())),
    log: () => {
      const guest = list.current();
      const task = app.live.getState().snapshot.tasks.find((one) => one.id === String(guest?.vmid));
      if (task === undefined) app.notify({ token: 'muted', text: 'no recent task of this guest' });
      else app.openLog(task.upid);
    },
  });
  return (
    <ListWithDetails
      list={list}
      empty="no guests: this login sees none, or the cluster has none"
      details={(width, height) => <GuestDetails guest={list.current()} width={width} height={height} />}
    />
  );
};

/** A guest looked at for this long has its last hour asked for. */
const dwellMs = 300;

const GuestDetails = ({
  guest,
  width,
  height,
}: {
  readonly guest: Guest | undefined;
  readonly width: number;
  readonly height: number;
}): ReactElement => {
  const app = useApp();
  const look = useLook();
  useLive((live) => live.version);
  const rested = useRested(guest?.id, dwellMs);
  if (guest === undefined) return <Lines lines={[]} width={width} height={height} />;
  const { snapshot } = app.live.getState();
  const lines = guestDetails(
    {
      guest,
      history: app.history(guest.id, rested),
      rates: app.session?.inventory.rates(guest.id),
      tasks: snapshot.tasks,
      nodeOnline: snapshot.nodes.find(({ node }) => node === guest.node)?.status !== 'offline',
      now: app.now(),
    },
    width,
    look,
  );
  return <Lines lines={lines} width={width} height={height} />;
};
