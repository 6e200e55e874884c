import { afterEach, describe, expect, it } from 'vitest';
import { FactStore } from '../../src/inventory/facts.ts';
import type { Snapshot } from '../../src/inventory/types.ts';
import type { Storage } from '../../src/models/cluster.ts';
import { ProxdeckError } from '../../src/models/error.ts';
import { ViewState } from '../../src/ui/viewState.ts';
import type { Session } from '../../src/ui/session.ts';
import { aGuest, fakeSession, smallCluster, type FakeSession } from '../support/cluster.ts';
import { openScreen, type TestScreen } from '../support/screen.tsx';

const enter = '\r';
const escape = '\u001B';
const down = '\u001B[B';
const up = '\u001B[A';
const pageDown = '\u001B[6~';
const eraseLine = '\u0015';

const gibibyte = 2 ** 30;

const storage = (node: string, name: string, free: number, content: readonly string[]): Storage => ({
  id: `storage/${node}/${name}`,
  storage: name,
  node,
  type: 'storage',
  plugintype: name === 'files' ? 'dir' : 'lvmthin',
  status: 'available',
  shared: name === 'nas',
  content,
  disk: (1000 - free) * gibibyte,
  maxdisk: 1000 * gibibyte,
});

const disks = ['rootdir', 'images'];

const cluster = (over: Partial<Snapshot> = {}): Snapshot =>
  smallCluster({
    storages: [
      storage('pve1', 'local', 70, ['vztmpl', 'iso', 'import']),
      storage('pve1', 'thin', 400, disks),
      storage('pve1', 'files', 20, disks),
      storage('pve2', 'local', 50, ['vztmpl', 'iso']),
      storage('pve2', 'tank', 300, disks),
    ],
    ...over,
  });

const template = (name: string, volid?: string) => ({
  template: `${name}_amd64.tar.zst`,
  os: undefined,
  version: undefined,
  section: 'system',
  headline: name,
  volid,
});

const key = 'ssh-ed25519 AAAAC3Nz ada@desk';

/** What the cluster answers to what wizards ask, by operation and node. */
const answerTo = (name: string, { node, content, guest }: Readonly<Record<string, unknown>>): unknown => {
  switch (name) {
    case 'cluster.next-id':
      return { vmid: 106 };
    case 'template.list':
      return node === 'pve1'
        ? [
            template('alpine-3.22-default_1', 'local:vztmpl/alpine-3.22-default_1_amd64.tar.zst'),
            template('debian-13-standard_13.1-2', 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst'),
            template('ubuntu-24.04-standard_24.04-2'),
          ]
        : [template('debian-12-standard_12.12-1')];
    case 'node.network':
      return node === 'pve1'
        ? [
            { iface: 'vmbr0', type: 'bridge', cidr: '192.0.2.11/24', gateway: '192.0.2.1', bridge_ports: 'enp1s0' },
            { iface: 'vmbr1', type: 'bridge', bridge_ports: '', comments: 'lab\n' },
          ]
        : [{ iface: 'vmbr7', type: 'bridge', bridge_ports: 'bond0' }];
    case 'storage.content':
      return content === 'import'
        ? [{ volid: 'local:import/debian-13.qcow2', content, format: 'qcow2', size: 3e8 }]
        : ['debian-13-netinst.iso', 'Win11_24H2.iso'].map((file) => ({
            volid: `local:iso/${file}`,
            content,
            size: 7e8,
          }));
    case 'ssh.keys':
      return [{ file: 'id_ed25519.pub', type: 'ssh-ed25519', comment: 'ada@desk', key }];
    case 'access.show':
      return { login: 'root@pam!tui', userid: 'root@pam' };
    case 'guest.config':
      return { scsi0: 'thin:base-900-disk-0,size=8G', rootfs: 'thin:vm-104-disk-0,size=50G' };
    case 'snapshot.list':
      return guest === '104' ? [{ name: 'before', description: 'the update' }, { name: 'current' }] : [];
    default:
      return undefined;
  }
};

interface Opened {
  readonly screen: TestScreen;
  readonly session: FakeSession;
}

const opened: TestScreen[] = [];
afterEach(() => {
  for (const screen of opened.splice(0)) screen.close();
});

const open = async (
  keys: readonly string[],
  {
    size = [80, 24],
    over = {},
    views,
    snapshot = cluster(),
  }: {
    readonly size?: readonly [number, number];
    readonly over?: Partial<Session>;
    readonly views?: ViewState;
    readonly snapshot?: Snapshot;
  } = {},
): Promise<Opened> => {
  const usual = fakeSession(snapshot);
  const session = fakeSession(snapshot, {
    ask: async (name, input, signal) => {
      const answer = answerTo(name, Object(input) as Readonly<Record<string, unknown>>);
      return answer === undefined ? usual.ask(name, input, signal) : (answer as never);
    },
    ...over,
  });
  const screen = await openScreen(
    { columns: size[0], rows: size[1] },
    { session, ...(views !== undefined && { views }) },
  );
  opened.push(screen);
  await screen.press(...keys);
  return { screen, session };
};

/** The card of a form, without what lies below it. */
const card = (screen: TestScreen): string =>
  screen
    .frame()
    .split('\n')
    .map((line) => /[┌│└].*[┐│┘]/.exec(line)?.[0] ?? '')
    .filter((line) => line !== '')
    .join('\n');

const inputOf = ({ session }: Opened): unknown => session.ran[0]?.input;

const container = ['n', 'c'];
const machine = ['n', 'v'];
const whole = [pageDown, pageDown, pageDown, pageDown];

describe('the menu of what can be made', () => {
  it('offers a container, a VM and a clone of the selected guest', async () => {
    const { screen } = await open(['n']);
    expect(screen.frame()).toMatch(/container +from a template +c/);
    expect(screen.frame()).toMatch(/virtual machine +from an ISO image, a cloud image, a template +v/);
    expect(screen.frame()).toMatch(/clone +of 104 relay-dev +l/);
  });

  it('says why nothing can be made', async () => {
    const readOnly = await open(['n'], { over: { readOnly: true } });
    expect(readOnly.screen.frame()).toMatch(/container +this context is read-only/);
    const viewer = await open(['n'], { over: { permissions: () => ({ '/': { 'VM.Audit': 1 } }) } });
    expect(viewer.screen.frame()).toMatch(/container +needs VM.Allocate/);
    const poolOwner = await open(['n'], { over: { permissions: () => ({ '/pool/relay': { 'VM.Allocate': 1 } }) } });
    expect(poolOwner.screen.frame()).toMatch(/container +from a template/);
    expect(poolOwner.screen.frame()).toMatch(/clone +needs VM.Clone on \/vms\/104/);
  });

  it('on Nodes is about the node, which must be there', async () => {
    const { screen } = await open(['1', 'j', 'n']);
    expect(screen.frame()).toContain('new guest on pve2');
    await screen.press('c');
    expect(card(screen)).toMatch(/▸ Node +pve2/);
    const away = await open(['1', 'j', 'j', 'n']);
    expect(away.screen.frame()).toMatch(/container +node pve3 is offline/);
  });
});

describe.each([[80, 24] as const, [120, 40] as const])('the pages at %i×%i', (columns, rows) => {
  it('of a container', async () => {
    const { screen } = await open(container, { size: [columns, rows] });
    const pages = [card(screen)];
    for (let page = 0; page < 4; page += 1) {
      await screen.press(pageDown);
      pages.push(card(screen));
    }
    expect(pages.join('\n')).toMatchSnapshot();
  });

  it('of a VM from a cloud image', async () => {
    const { screen } = await open([...machine, down], { size: [columns, rows] });
    const pages = [card(screen)];
    for (let page = 0; page < 5; page += 1) {
      await screen.press(pageDown);
      pages.push(card(screen));
    }
    expect(pages.join('\n')).toMatchSnapshot();
  });
});

describe('the wizard of a container', () => {
  it('makes a good one by Enter alone', async () => {
    const made = await open(container);
    // Six fields, five, seven, six, and the button.
    await made.screen.press(...Array.from({ length: 6 + 5 + 7 + 6 + 1 }, () => enter));
    expect(made.session.ran[0]?.name).toBe('guest.create');
    expect(inputOf(made)).toEqual({
      type: 'ct',
      vmid: '106',
      node: 'pve1',
      template: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
      storage: 'thin',
      disk: '8G',
      cores: '1',
      memory: '512M',
      swap: '512M',
      net: ['bridge=vmbr0,firewall=1,ip=dhcp'],
      sshKey: [key],
      features: 'nesting=1',
    });
    expect(made.screen.app.state.overlay?.kind).not.toBe('form');
  });

  it('follows the node: its templates, storages and bridges', async () => {
    const made = await open([...container, down]);
    const { screen } = made;
    expect(card(screen)).toMatch(/Template +debian-12-standard_12.12-1 +not here yet/);
    await screen.press(up);
    expect(card(screen)).toMatch(/Template +debian-13-standard_13.1-2 +on local/);
    await screen.press(pageDown, pageDown);
    expect(card(screen)).toMatch(/Bridge +vmbr0/);
    await screen.press(escape, escape, down, enter, up, enter);
    expect(card(screen)).toMatch(/Node +pve2/);
    expect(made.session.ran).toEqual([
      {
        name: 'template.download',
        input: { template: 'debian-12-standard_12.12-1_amd64.tar.zst', node: 'pve2', storage: 'local' },
      },
    ]);
    await screen.press(pageDown);
    expect(card(screen)).toMatch(/Storage +tank/);
    expect(card(screen)).toContain('tank on pve2: 292 GB of 1000 GB left after it');
    await screen.press(pageDown);
    expect(card(screen)).toMatch(/Bridge +vmbr7/);
  });

  it('stays when a template cannot be had, and says why', async () => {
    const { screen } = await open([...container, down, enter, enter], {
      over: {
        run: async () => {
          throw new ProxdeckError(
            'permission',
            'template.download needs Datastore.AllocateTemplate on /storage/local.',
          );
        },
      },
    });
    expect(card(screen)).toContain('needs Datastore.AllocateTemplate on /storage/local');
    expect(card(screen)).toMatch(/▸ Template/);
  });

  it('shows how far the download is, and Enter waits for it', async () => {
    let finish: (() => void) | undefined;
    let runs = 0;
    const { screen } = await open([...container, down, enter, enter], {
      over: {
        run: async (_call, { emit }) => {
          runs += 1;
          emit({ type: 'line', source: 'UPID', text: '40960K .......... 35% 62.4M 1s' });
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          return { result: undefined };
        },
      },
    });
    expect(card(screen)).toContain('35% 62.4M');
    await screen.press(enter);
    expect(card(screen)).toMatch(/▸ Template/);
    finish?.();
    await screen.press('');
    expect(card(screen)).toMatch(/▸ Name/);
    expect(runs).toBe(1);
  });

  const onPage = (page: number, field: string): readonly string[] => [
    ...Array.from({ length: page }, () => pageDown),
    `to ${field}`,
  ];

  it.each<[string, readonly string[], string, RegExp]>([
    [
      'a VMID that is taken',
      onPage(0, 'VMID'),
      '105',
      /VMID 105 is taken by relay-db on pve2. The next free one is 106/,
    ],
    ['a VMID that is kept', onPage(0, 'VMID'), '99', /A VMID is 100 or more/],
    ['a VMID that is none', onPage(0, 'VMID'), 'ten', /A VMID is a number/],
    ['a name that is no DNS name', onPage(0, 'Name'), 'web_9', /A name is a DNS name/],
    ['a tag that is none', onPage(0, 'Tags'), 'é', /A tag has letters, digits/],
    ['a disk that is none', onPage(1, 'Disk'), 'big', /"big" is no size of a disk; write 4G or 512M/],
    ['a disk without space', onPage(1, 'Disk'), '401G', /thin on pve1 has 400 GB free, and 401 GB are wanted/],
    ['no core', onPage(1, 'Cores'), '0', /At least one core/],
    ['memory that is none', onPage(1, 'Memory'), 'much', /"much" is no amount of memory/],
    ['a VLAN out of range', onPage(2, 'VLAN'), '4095', /4095 is no VLAN: they are numbered 1 to 4094/],
    ['DNS servers by name', onPage(2, 'DNS servers'), 'ns1', /DNS servers are addresses/],
    ['a password that is short', onPage(3, 'Root password'), '1234', /A password has at least 5 characters/],
  ])('tells %s at its place', async (_what, keys, text, message) => {
    const { screen } = await open([...container, ...keys.slice(0, -1)]);
    const field = keys.at(-1)?.slice(3) ?? '';
    for (let step = 0; step < 8 && !card(screen).includes(`▸ ${field}`); step += 1) await screen.press('\t');
    await screen.press(eraseLine, text, enter);
    expect(card(screen).replaceAll(/[│\s]+/g, ' ')).toMatch(message);
    expect(card(screen)).toContain(`▸ ${field}`);
  });

  it('promises more than a thin storage has only where that is meant', async () => {
    const made = await open([...container, pageDown, enter, eraseLine, '500G', enter]);
    expect(card(made.screen)).toContain('Take less, or promise');
    await made.screen.press('\t');
    expect(card(made.screen)).toMatch(/▸ Promise more +○ off/);
    await made.screen.press(' ', pageDown, pageDown, pageDown, enter);
    expect(inputOf(made)).toMatchObject({ disk: '500G', overcommit: true });
  });

  it('takes a fixed address with the gateway of its net, and none that is in use', async () => {
    const facts = new FactStore();
    facts.put([{ kind: 'addresses', subject: '104', at: 0, value: ['192.0.2.104'] }]);
    const made = await open([...container, pageDown, pageDown, enter, down, enter], { over: { facts } });
    const { screen } = made;
    await screen.press('192.0.2.104/24', enter);
    expect(card(screen)).toContain('192.0.2.104 is in use by 104 relay-dev');
    await screen.press(eraseLine, '192.0.2.11/24', enter);
    expect(card(screen)).toContain('is in use by the node itself on vmbr0');
    await screen.press(eraseLine, '192.0.2.9', enter);
    expect(card(screen)).toContain('is no IPv4 address with the length of its prefix');
    await screen.press(eraseLine, '192.0.2.9/24', enter);
    expect(card(screen)).toMatch(/▸ IPv4 gateway +192\.0\.2\.1/);
    await screen.press(eraseLine, '198.51.100.1', enter);
    expect(card(screen)).toContain('The gateway 198.51.100.1 lies outside the net of 192.0.2.9/24.');
    await screen.press(eraseLine, '192.0.2.1', enter, enter, '30', pageDown, pageDown, enter);
    expect(inputOf(made)).toMatchObject({ net: ['bridge=vmbr0,tag=30,firewall=1,ip=192.0.2.9/24,gw=192.0.2.1'] });
  });

  it('asks for a password twice, shows none of it, and keeps none in the draft', async () => {
    const written: string[] = [];
    const views = new ViewState('', (text) => written.push(text));
    const made = await open([...container, enter, enter, 'web-9', pageDown, pageDown, pageDown], { views });
    const { screen } = made;
    await screen.press('hunter22', enter, 'hunter23', enter);
    expect(card(screen)).toContain('The two passwords differ.');
    expect(card(screen)).not.toContain('hunter');
    await screen.press(eraseLine, 'hunter22', pageDown);
    expect(card(screen)).toContain('proxdeck guest.create');
    await screen.press('\t', '\t', enter);
    views.close();
    expect(written.join('')).toContain('web-9');
    expect(written.join('')).not.toContain('hunter');
    await screen.press(...container);
    expect(card(screen)).toContain('taken up where it was left');
    expect(card(screen)).toMatch(/Name +web-9/);
  });

  it('offers features that a token may not set to root alone', async () => {
    const { screen } = await open([...container, pageDown, pageDown, pageDown, enter, enter, enter]);
    expect(card(screen)).toMatch(/\[x\] nesting/);
    expect(card(screen)).toMatch(/keyctl +only root@pam by password may set it/);
    await screen.press(down, ' ');
    expect(card(screen)).toMatch(/Features +nesting/);
  });
});

describe('the wizard of a VM', () => {
  it('makes one from an ISO image by Enter alone', async () => {
    const made = await open(machine);
    // Seven fields, six, four, four, and the button.
    await made.screen.press(...Array.from({ length: 7 + 6 + 4 + 4 + 1 }, () => enter));
    expect(made.session.ran).toEqual([
      {
        name: 'guest.create',
        input: {
          type: 'vm',
          vmid: '106',
          node: 'pve1',
          iso: 'local:iso/debian-13-netinst.iso',
          storage: 'thin',
          disk: '32G',
          cores: '2',
          memory: '2G',
          net: ['bridge=vmbr0,firewall=1'],
          osType: 'l26',
        },
      },
    ]);
  });

  it('gives Windows 11 what it needs', async () => {
    const made = await open([...machine, enter, enter, down, ...whole, enter]);
    expect(inputOf(made)).toMatchObject({
      iso: 'local:iso/Win11_24H2.iso',
      osType: 'win11',
      firmware: 'uefi',
      tpm: true,
      disk: '64G',
      memory: '4G',
      net: ['model=e1000e,bridge=vmbr0,firewall=1'],
    });
  });

  it('sets a cloud image up by cloud-init', async () => {
    const made = await open([...machine, down, pageDown, pageDown, pageDown, pageDown, 'ada', pageDown, enter]);
    const input = inputOf(made);
    expect(input).toMatchObject({
      image: 'local:import/debian-13.qcow2',
      user: 'ada',
      ipConfig: ['ip=dhcp'],
      sshKey: [key],
    });
    expect(input).not.toHaveProperty('iso');
  });

  it('says what is missing where a node has no image', async () => {
    const { screen } = await open([...machine, down, enter, down, enter, enter]);
    expect(card(screen)).toMatch(/There is no disk image on the storages of pve2/);
  });

  it('copies a template, without the pages of a new one', async () => {
    const snapshot = cluster({
      guests: [
        aGuest(104, { name: 'relay-dev' }),
        aGuest(900, { type: 'qemu', name: 'debian-13', status: 'stopped', template: true }),
      ],
    });
    const made = await open([...machine, down, down], { snapshot });
    expect(card(made.screen)).not.toContain('Network');
    expect(card(made.screen)).toMatch(/Template +900 debian-13/);
    expect(card(made.screen)).toContain('its disks are 8.0 GB; thin has 392 GB of 1000 GB left after it');
    await made.screen.press(enter, enter, 'web-9', enter, enter, down);
    expect(card(made.screen)).toMatch(/Copy +linked/);
    expect(card(made.screen)).not.toContain('Storage');
    await made.screen.press(pageDown, enter);
    expect(made.session.ran).toEqual([
      { name: 'guest.clone', input: { guest: '900', newid: '106', name: 'web-9', linked: true } },
    ]);
  });
});

describe('the form of a clone', () => {
  it('takes a container that runs from a snapshot only, beside the original where its disks are local', async () => {
    const made = await open(['n', 'l', enter, enter]);
    const { screen } = made;
    expect(card(screen)).toMatch(/as it is now +it runs: take a snapshot, or shut it down first/);
    expect(card(screen)).toMatch(/From +before +the update/);
    await screen.press(enter);
    expect(card(screen)).toMatch(/pve2 +its disks on thin lie on pve1 alone/);
    expect(card(screen)).toMatch(/pve3 +is offline/);
    await screen.press(pageDown, enter);
    expect(made.session.ran).toEqual([
      { name: 'guest.clone', input: { guest: '104', newid: '106', snapshot: 'before' } },
    ]);
  });

  it('says so when there is nothing to take', async () => {
    const { screen } = await open(['j', 'n', 'l', pageDown]);
    expect(card(screen)).toContain('It runs and has no snapshot');
  });
});
