import { clean } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Area, Drawing, Tab } from '../../src/ui/screen.ts';
import { openText } from '../textView.ts';
import { nameOf } from './columns.ts';
import { configYaml } from './yaml.ts';

/** Wider than this a text is hard to read, however wide the terminal is. */
const widest = 110;

/** The guest as the newest picture has it; as it was when it is gone meanwhile. */
const newest = (app: AppModel, guest: Guest): Guest =>
  app.live.getState().snapshot.guests.find(({ id }) => id === guest.id) ?? guest;

const titleOf = (guest: Guest): string => `${String(guest.vmid)} ${nameOf(guest)}`;

/** Shows all that is known of a guest as one text: what its tabs say, one below the other, without pictures. */
export const describeGuest = (app: AppModel, guest: Guest, tabs: readonly Tab<Guest>[]): void => {
  const sections = tabs.filter(({ picture }) => picture !== true);
  const linesOf = (place: Drawing & Area): readonly string[] =>
    sections.flatMap(({ title, lines }) => [
      place.look.paint('tab', title),
      '',
      ...lines(newest(app, guest), { ...place, width: Math.min(widest, place.width) }).map((line) =>
        typeof line === 'string' ? line : line.text,
      ),
      '',
    ]);
  openText(app, {
    title: `${titleOf(guest)}  ${guest.type === 'lxc' ? 'container' : 'VM'} on ${clean(guest.node)}`,
    lines: linesOf,
  });
};

/** Shows the configuration of a guest as YAML, in the keys of Proxmox VE. */
export const showYaml = (app: AppModel, guest: Guest): void =>
  openText(app, { title: `${titleOf(guest)}  configuration`, lines: (place) => configYaml(guest, undefined, place) });
