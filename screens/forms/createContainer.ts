import { cores } from '../../src/operations/guest-input.ts';
import { memorySize } from '../../src/operations/measures.ts';
import type { AppModel } from '../../src/ui/app.ts';
import { chosenOf, type Choice, type Field, type FormDefinition, type Page, type Values } from '../../src/ui/form.ts';
import { atOnce, inputOf, mistakeBy } from './parts/answers.ts';
import { nameField, nameOfNumber, poolField, tagsField, vmidField } from './parts/identity.ts';
import { loginFields, loginInput, loginNotes } from './parts/login.ts';
import { addressText, deviceText, networkFields } from './parts/network.ts';
import { diskFields, nodeField, roomNotes } from './parts/places.ts';
import { templateField } from './parts/templates.ts';

const content = 'rootdir';

const which: Page = {
  title: 'Container',
  fields: (values, { app }) => [
    nodeField(app, content),
    templateField(app, values['node'] ?? ''),
    nameField(nameOfNumber('CT', values['vmid'])),
    vmidField(app, values['node'] ?? ''),
    poolField(app),
    tagsField(app),
  ],
};

/** What a person may have of processor and memory. */
const resources: Page = {
  title: 'Resources',
  fields: (values, { app }) => [
    ...diskFields(app, values, { content, usual: '8G', help: 'its size: 4G, 512M' }),
    {
      kind: 'text',
      name: 'cores',
      label: 'Cores',
      usual: '1',
      required: true,
      check: mistakeBy(cores),
      help: 'how many processor cores it may use',
    },
    {
      kind: 'text',
      name: 'memory',
      label: 'Memory',
      usual: '512M',
      required: true,
      check: mistakeBy(memorySize),
      help: 'what it may use at most: 512M, 2G',
    },
    {
      kind: 'text',
      name: 'swap',
      label: 'Swap',
      usual: '512M',
      required: true,
      check: mistakeBy(memorySize),
      help: 'beside its memory; 0 for none',
    },
  ],
  notes: (values, drawing) => roomNotes(values, drawing, content),
};

const network: Page = {
  title: 'Network',
  fields: (values, { app }) => networkFields(app, values, { addresses: true }),
};

/** What a container can be given beside, and what each is for. */
const features: readonly { readonly name: string; readonly detail: string }[] = [
  { name: 'nesting', detail: 'for Docker and for systemd of newer systems' },
  { name: 'keyctl', detail: 'for Docker' },
  { name: 'fuse', detail: 'file systems made by programs' },
  { name: 'mknod', detail: 'device files' },
];

/** Features, each no with its reason: a token may not set what only root@pam may (contract §6.5). */
const featuresField = (app: AppModel, unprivileged: boolean): Field => {
  const isRoot = app.look('access.show', {}, atOnce).value?.login === 'root@pam';
  const choiceOf = ({ name, detail }: (typeof features)[number]): Choice => {
    const isAllowed = isRoot || (unprivileged && name === 'nesting');
    return {
      value: name,
      label: name,
      detail,
      ...(!isAllowed && { impossible: 'only root@pam by password may set it' }),
    };
  };
  return {
    kind: 'many',
    name: 'features',
    label: 'Features',
    help: 'what more it may do than others: Space chooses',
    choices: features.map(choiceOf),
    usual: unprivileged || isRoot ? 'nesting' : '',
  };
};

const access: Page = {
  title: 'Access',
  fields: (values, { app }) => [
    ...loginFields(app, values, 'Root password'),
    {
      kind: 'toggle',
      name: 'unprivileged',
      label: 'Unprivileged',
      usual: 'on',
      help: 'root inside is nobody on the node: safer, and right for nearly everything',
    },
    featuresField(app, values['unprivileged'] !== 'off'),
    { kind: 'toggle', name: 'onboot', label: 'On boot', usual: 'off', help: 'whether it starts with its node' },
    {
      kind: 'toggle',
      name: 'start',
      label: 'Start after',
      usual: 'off',
      help: 'whether it starts as soon as it is made',
    },
  ],
  notes: (values, { look }) => loginNotes(values).map((note) => look.paint('muted', note)),
};

const inputFrom = (values: Values): Readonly<Record<string, unknown>> => {
  const { node, template, storage, disk, name, vmid, pool, tags, nameserver, searchdomain } = values;
  const device = deviceText(values);
  const addresses = addressText(values);
  const isPlugged = device !== '';
  return inputOf({
    type: 'ct',
    vmid,
    node,
    name,
    template,
    storage,
    disk,
    cores: values['cores'],
    memory: values['memory'],
    swap: values['swap'],
    net: isPlugged ? [[device, addresses].filter((part) => part !== '').join(',')] : [],
    nameserver: isPlugged ? nameserver : '',
    searchdomain: isPlugged ? searchdomain : '',
    pool,
    tags,
    ...loginInput(values),
    features: chosenOf(values['features'] ?? '')
      .map((feature) => `${feature}=1`)
      .join(','),
    ...(values['unprivileged'] === 'off' && { unprivileged: 'off' }),
    ...(values['overcommit'] === 'on' && { overcommit: true }),
    ...(values['onboot'] === 'on' && { onboot: 'on' }),
    ...(values['start'] === 'on' && { start: true }),
  });
};

/** The wizard that makes a container; `node` is the one that is chosen when it opens. */
export const createContainer = ({ node }: { readonly node?: string } = {}): FormDefinition => ({
  title: 'New container',
  verb: 'Create',
  draft: node === undefined ? 'create container' : `create container on ${node}`,
  ...(node !== undefined && { start: { node } }),
  pages: [which, resources, network, access],
  call: (values) => ({ name: 'guest.create', input: inputFrom(values) }),
});
