import { clean, wrapWords } from '../../components/text.ts';
import type { Guest } from '../../src/models/cluster.ts';
import type { GuestInterface } from '../../src/operations/guest-network.ts';
import type { Line } from '../../src/ui/details.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { labelled } from '../labelled.ts';
import type { TabBody } from '../lateTab.ts';
import { answerLines } from '../answerLines.ts';
import { alive } from './columns.ts';
import { insideOf, netsOf, ownInterfaces, type Net } from './nets.ts';

/** Addresses of a guest that is looked at are asked for this often, in milliseconds. */
const everyMs = 30_000;

/** Columns of the names, with the gap behind them. */
const labelWidth = 12;

const detail = (name: string, value: string, { look, width }: Drawing & Area): readonly string[] =>
  labelled(`  ${name}`, value, { look, width, label: labelWidth });

/** An address to reach the guest by is what one came for; link-local ones are beside it. */
const addressLines = ({ addresses }: GuestInterface, { look }: Drawing & Area): readonly Line[] =>
  addresses.map((cidr) => {
    const isLocal = /^(?:fe80|169\.254)/i.test(cidr);
    const text = clean(cidr);
    return {
      text: `  ${look.paint(isLocal ? 'muted' : 'accent', text)}${isLocal ? look.paint('muted', '  link-local') : ''}`,
      copy: text.split('/')[0] ?? text,
    };
  });

const netLines = (net: Net, inside: GuestInterface | undefined, place: Drawing & Area): readonly (string | Line)[] => {
  const { look } = place;
  const name = [net.key, net.name ?? inside?.name ?? ''].filter(Boolean).join('  ');
  const words = [
    net.bridge === undefined ? 'no bridge' : `bridge ${net.bridge}`,
    net.vlan === undefined ? '' : `vlan ${net.vlan}`,
    `firewall ${net.firewall ? 'on' : 'off'}`,
  ];
  const card = [net.mac ?? '', net.model ?? ''].filter(Boolean).join('  ');
  return [
    look.paint('heading', clean(name)) +
      (net.down ? `  ${look.paint('warn', `${look.glyphs.warning} disconnected`)}` : ''),
    ...(inside === undefined ? [] : addressLines(inside, place)),
    ...detail('on', words.filter(Boolean).join('  '), place),
    ...(card === '' ? [] : detail('card', card, place)),
    ...(net.configured.length === 0 ? [] : detail('set to', net.configured.join('  '), place)),
    ...(net.gateways.length === 0 ? [] : detail('gateway', net.gateways.join('  '), place)),
    ...(net.rest.length === 0 ? [] : detail('more', net.rest.join('  '), place)),
    '',
  ];
};

/** Network cards with their addresses: what is configured at once, what the guest tells as soon as it does. */
const lines = (guest: Guest, place: Drawing & Area): readonly (string | Line)[] => {
  const { app, look, width } = place;
  const config = app.look('guest.config', { guest: guest.id });
  const asked = alive(guest) ? app.look('guest.interfaces', { guest: guest.id }, { everyMs }) : undefined;
  const nets = config.value === undefined ? [] : netsOf(config.value);
  const interfaces = asked?.value ?? [];
  const shown: (string | Line)[] = [...answerLines(config, place)];
  for (const net of nets) shown.push(...netLines(net, insideOf(net, interfaces), place));
  if (config.value !== undefined && nets.length === 0)
    shown.push(look.paint('muted', 'no network card is configured'), '');
  for (const one of ownInterfaces(nets, interfaces))
    shown.push(
      look.paint('heading', clean(one.name)) + look.paint('muted', '  inside of the guest only'),
      ...addressLines(one, place),
      '',
    );
  if (config.value === undefined) return shown;
  if (asked !== undefined) return [...shown, ...answerLines(asked, place)];
  const idle = wrapWords('it does not run: only what is configured is known', width);
  return [...shown, ...idle.map((line) => look.paint('muted', line))];
};

export const networkTab: TabBody<Guest> = { lines };
