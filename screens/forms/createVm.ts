import { ProxdeckError } from '../../src/models/error.ts';
import type { Guest } from '../../src/models/cluster.ts';
import { cores } from '../../src/operations/guest-input.ts';
import { memorySize } from '../../src/operations/measures.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Field, FormDefinition, Page, Values } from '../../src/ui/form.ts';
import { inputOf, mistakeBy } from './parts/answers.ts';
import { cloneCall, cloneFields, cloneNotes } from './clone.ts';
import { nameField, nameOfNumber, poolField, tagsField, vmidField } from './parts/identity.ts';
import { imageField } from './parts/images.ts';
import { loginFields, loginInput, loginNotes } from './parts/login.ts';
import { addressText, deviceText, networkFields } from './parts/network.ts';
import { diskFields, nodeField, roomNotes } from './parts/places.ts';

const content = 'images';

const templatesIn = (app: AppModel): readonly Guest[] =>
  app.live.getState().snapshot.guests.filter(({ type, template }) => type === 'qemu' && template);

const isCloud = ({ from }: Values): boolean => from === 'image';
const isClone = ({ from }: Values): boolean => from === 'template';
const isNew = (values: Values): boolean => !isClone(values);

const fromField = (app: AppModel): Field => ({
  kind: 'choice',
  name: 'from',
  label: 'From',
  help: 'an installer, a ready system, or a copy of a template',
  choices: [
    { value: 'iso', label: 'ISO image', detail: 'it is installed by hand' },
    { value: 'image', label: 'cloud image', detail: 'a ready system, set up by cloud-init' },
    {
      value: 'template',
      label: 'template',
      detail: 'a clone of one of this cluster',
      ...(templatesIn(app).length === 0 && { impossible: 'there is no template of a VM' }),
    },
  ],
});

const templateField = (app: AppModel): Field => ({
  kind: 'choice',
  name: 'template',
  label: 'Template',
  help: 'what it is a copy of',
  choices: templatesIn(app).map(({ id, vmid, name, node }) => ({
    value: id,
    label: `${String(vmid)} ${name}`,
    detail: `on ${node}`,
  })),
});

const chosenTemplate = (app: AppModel, { template }: Values): Guest | undefined =>
  templatesIn(app).find(({ id }) => id === template);

const machineFields = (app: AppModel, values: Values): readonly Field[] => {
  if (isClone(values)) {
    const template = chosenTemplate(app, values);
    return [fromField(app), templateField(app), ...(template === undefined ? [] : cloneFields(app, template, values))];
  }
  const { node = '', vmid } = values;
  return [
    fromField(app),
    nodeField(app, content),
    imageField(app, node, isCloud(values) ? 'import' : 'iso'),
    nameField(nameOfNumber('VM', vmid)),
    vmidField(app, node),
    poolField(app),
    tagsField(app),
  ];
};

const machine: Page = {
  title: 'Machine',
  fields: (values, { app }) => machineFields(app, values),
  notes: (values, drawing) => {
    const template = isClone(values) ? chosenTemplate(drawing.app, values) : undefined;
    return template === undefined ? [] : cloneNotes(template, values, drawing);
  },
};

/** What an image probably holds, by its name. */
const probableSystem = ({ iso = '', from }: Values): string => {
  if (from === 'image') return 'l26';
  if (/win(?:dows)?[-_ .]?(?:11|2022|2025)|server[-_ .]?(?:2022|2025)/i.test(iso)) return 'win11';
  if (/windows|win\d|server[-_ .]?20\d\d/i.test(iso)) return 'win10';
  return /sense|bsd/i.test(iso) ? 'other' : 'l26';
};

const systems = [
  { value: 'l26', label: 'Linux' },
  { value: 'win11', label: 'Windows 11', detail: 'Server 2022, 2025' },
  { value: 'win10', label: 'Windows 10', detail: 'Server 2016, 2019' },
  { value: 'other', label: 'something else', detail: 'BSD and others' },
] as const;

const isWindows = ({ ostype = '' }: Values): boolean => ostype.startsWith('win');

const system: Page = {
  title: 'System',
  when: isNew,
  fields: (values) => [
    {
      kind: 'choice',
      name: 'ostype',
      label: 'System',
      help: 'what will run in it: its clock and its devices follow from that',
      choices: systems,
      usual: probableSystem(values),
    },
    {
      kind: 'choice',
      name: 'firmware',
      label: 'Firmware',
      help: 'UEFI needs a small disk for its settings; it is made too',
      choices: [
        { value: 'bios', label: 'BIOS' },
        { value: 'uefi', label: 'UEFI', detail: 'with Secure Boot' },
      ],
      usual: values['ostype'] === 'win11' ? 'uefi' : 'bios',
    },
    {
      kind: 'toggle',
      name: 'tpm',
      label: 'TPM 2.0',
      usual: values['ostype'] === 'win11' ? 'on' : 'off',
      help: 'Windows 11 does not install without one',
    },
    {
      kind: 'toggle',
      name: 'agent',
      label: 'Guest agent',
      usual: 'on',
      help: 'tells addresses and shuts down gently; qemu-guest-agent must be installed inside',
    },
    { kind: 'toggle', name: 'onboot', label: 'On boot', usual: 'off', help: 'whether it starts with its node' },
    {
      kind: 'toggle',
      name: 'start',
      label: 'Start after',
      usual: 'off',
      help: 'whether it starts as soon as it is made',
    },
  ],
};

const resources: Page = {
  title: 'Resources',
  when: isNew,
  fields: (values, { app }) => [
    ...diskFields(app, values, {
      content,
      usual: isWindows(values) ? '64G' : isCloud(values) ? '16G' : '32G',
      help: isCloud(values) ? 'the image grows to it, and is never made smaller: 16G' : 'its size: 32G',
    }),
    {
      kind: 'text',
      name: 'cores',
      label: 'Cores',
      usual: '2',
      required: true,
      check: mistakeBy(cores),
      help: 'how many processor cores it sees',
    },
    {
      kind: 'text',
      name: 'memory',
      label: 'Memory',
      usual: isWindows(values) ? '4G' : '2G',
      required: true,
      check: mistakeBy(memorySize),
      help: 'what it gets: 2G, 512M',
    },
  ],
  notes: (values, drawing) => roomNotes(values, drawing, content),
};

const modelField = (values: Values): Field => ({
  kind: 'choice',
  name: 'model',
  label: 'Card',
  help: 'what the system inside sees: the fast one needs a driver that Windows does not bring',
  choices: [
    { value: 'virtio', label: 'VirtIO', detail: 'fast' },
    { value: 'e1000e', label: 'Intel E1000E', detail: 'works without drivers' },
  ],
  usual: isWindows(values) ? 'e1000e' : 'virtio',
});

const network: Page = {
  title: 'Network',
  when: isNew,
  fields: (values, { app }) =>
    networkFields(app, values, { addresses: isCloud(values), between: [modelField(values)] }),
};

const cloudInit: Page = {
  title: 'Cloud-init',
  when: isCloud,
  fields: (values, { app }) => [
    {
      kind: 'text',
      name: 'user',
      label: 'User',
      placeholder: 'that of the image',
      help: 'who is made and may become root; left empty the one that the image knows',
      check: (text) =>
        /^[a-z_][a-z0-9_-]{0,31}$/.test(text)
          ? undefined
          : 'A user has small letters, digits, _ and -, and begins with a letter.',
    },
    ...loginFields(app, values, 'Password'),
  ],
  notes: (values, { look }) => loginNotes(values).map((note) => look.paint('muted', note)),
};

const createInput = (values: Values): Readonly<Record<string, unknown>> => {
  const { vmid, node, name, iso, storage, disk, pool, tags, ostype, firmware, model = 'virtio', user } = values;
  const device = deviceText(values);
  const cloud = isCloud(values);
  const isPlugged = device !== '';
  return inputOf({
    type: 'vm',
    vmid,
    node,
    name,
    iso: cloud ? '' : iso,
    image: cloud ? values['import'] : '',
    storage,
    disk,
    cores: values['cores'],
    memory: values['memory'],
    net: isPlugged ? [model === 'virtio' ? device : `model=${model},${device}`] : [],
    ...(cloud && {
      user,
      ipConfig: isPlugged ? [addressText(values)].filter((text) => text !== '') : [],
      nameserver: isPlugged ? values['nameserver'] : '',
      searchdomain: isPlugged ? values['searchdomain'] : '',
      ...loginInput(values),
    }),
    pool,
    tags,
    osType: ostype,
    ...(firmware === 'uefi' && { firmware }),
    ...(values['tpm'] === 'on' && { tpm: true }),
    ...(values['agent'] === 'off' && { agent: 'off' }),
    ...(values['overcommit'] === 'on' && { overcommit: true }),
    ...(values['onboot'] === 'on' && { onboot: 'on' }),
    ...(values['start'] === 'on' && { start: true }),
  });
};

/** The wizard that makes a VM; `node` is the one that is chosen when it opens. */
export const createVm = (app: AppModel, { node }: { readonly node?: string } = {}): FormDefinition => ({
  title: 'New virtual machine',
  verb: 'Create',
  draft: node === undefined ? 'create vm' : `create vm on ${node}`,
  ...(node !== undefined && { start: { node } }),
  pages: [machine, system, resources, network, cloudInit],
  call: (values) => {
    if (isNew(values)) return { name: 'guest.create', input: createInput(values) };
    const template = chosenTemplate(app, values);
    if (template !== undefined) return cloneCall(template, values);
    throw new ProxdeckError('not-found', 'The template is not there any more.', {
      hint: 'Go back with Esc and choose.',
    });
  },
});
