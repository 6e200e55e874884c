import { Argument, Command, CommanderError, Option } from 'commander';
import { ProxdeckError } from '../../models/error.ts';
import { catalog, loadOperation, operations, type OperationName } from '../../operations/catalog.ts';
import type { Operation } from '../../operations/operation.ts';
import { fieldsOf, type Field } from '../../operations/fields.ts';
import { globalFlags, outputFormats, type Globals } from './globals.ts';

/** What a command line asks for. */
export interface Wanted {
  readonly operation: Operation;
  readonly input: Readonly<Record<string, unknown>>;
  /** Files that hold secret fields, by key. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly globals: Globals;
}

/** A command of the face itself, beside those of the catalogue. */
export interface FaceCommand {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly {
    readonly name: string;
    readonly description: string;
    readonly choices?: readonly string[];
  }[];
  readonly options?: readonly { readonly flags: string; readonly description: string; readonly many?: boolean }[];
  run(parameters: {
    arguments: readonly string[];
    options: Readonly<Record<string, unknown>>;
    globals: Globals;
  }): Promise<number>;
}

const nouns: Readonly<Record<string, string>> = {
  cluster: 'the cluster as a whole',
  node: 'nodes of the cluster',
  guest: 'containers and VMs',
  snapshot: 'snapshots of guests',
  storage: 'storages and what lies on them',
  template: 'templates of containers',
  pool: 'pools of guests and storages',
  backup: 'backups of guests',
  task: 'tasks and their logs',
  job: 'scheduled jobs',
  ha: 'high availability',
  replication: 'replication of guests to other nodes',
  firewall: 'the firewall of the datacenter',
  ceph: 'Ceph',
  sdn: 'the software-defined network',
  metrics: 'servers that figures are sent to',
  notification: 'where notifications go',
  access: 'users, tokens, roles and what this login may do',
  secret: 'secrets of stacks, kept encrypted',
  ssh: 'your own SSH keys',
  audit: 'what was done with Proxdeck',
  context: 'the clusters that Proxdeck knows',
  workspace: 'the folder where stacks are kept',
  stack: 'applications: a Compose file in, every way of running it out',
  api: 'any call of the Proxmox VE API',
};

const camel = (flag: string): string =>
  flag.replace(/^no-/, '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const globalKeys = new Set(globalFlags.map(({ flag }) => camel(flag)));

const collect = (next: string, before: readonly string[] = []): readonly string[] => [...before, next];

const usualText = ({ usual, type, many }: Field): string =>
  usual === undefined || type === 'boolean' || many ? '' : ` (usually ${String(usual)})`;

/** Wider, a list of choices would leave no room for what is said beside it on a terminal of 80 columns. */
const widestChoices = 40;

const optionOf = (field: Field): Option => {
  const { flag, short, secret, type, usual, choices, many, required } = field;
  if (secret) return new Option(`--${flag}-file <file>`, `file that holds the ${field.description}`);
  const listed = choices.join('|');
  const isWide = listed.length > widestChoices;
  const description = isWide ? `${field.description} (one of ${choices.join(', ')})` : field.description;
  const value = type === 'boolean' ? '' : ` <${choices.length > 0 && !isWide ? listed : 'value'}>`;
  const name = `--${type === 'boolean' && usual === true ? 'no-' : ''}${flag}${value}`;
  const text = type === 'boolean' && usual === true ? `do not ${description}` : description;
  const option = new Option(short === undefined ? name : `-${short}, ${name}`, `${text}${usualText(field)}`);
  if (many) option.argParser(collect);
  return required ? option.makeOptionMandatory() : option;
};

/** The command of an operation: every field of its input is an argument or a flag. zod parses, commander only splits. */
const commandOf = (operation: Operation, wanted: (wanted: Wanted) => Promise<void>): Command => {
  const fields = fieldsOf(operation);
  const positional = fields.filter((field) => field.positional);
  const command = new Command(operation.name.split('.').at(-1)).description(operation.summary);
  for (const { flag, required, asked, many, description } of positional) {
    const name = `${flag}${many ? '...' : ''}`;
    command.addArgument(new Argument(required && !asked ? `<${name}>` : `[${name}]`, description));
  }
  // A flag of the operation that has the name of a global one (`context add --read-only`) is read there and means the operation's.
  const own = fields.filter(({ key, positional: isPositional }) => !isPositional && !globalKeys.has(key));
  for (const field of own) command.addOption(optionOf(field));
  for (const { flag, description } of fields.filter(({ key }) => globalKeys.has(key)))
    command.addHelpText('after', `\nHere --${flag} means: ${description}.`);
  return command.action(async () => {
    const options = command.opts<Record<string, unknown>>();
    const given = command.parent === null ? {} : command.optsWithGlobals<Record<string, unknown>>();
    const input: Record<string, unknown> = {};
    const secretFiles: Record<string, string> = {};
    for (const { key, secret, positional: isPositional } of fields) {
      if (isPositional) continue;
      if (secret) {
        const file = options[`${key}File`];
        if (typeof file === 'string') secretFiles[key] = file;
      } else if (given[key] !== undefined) input[key] = given[key];
    }
    for (const [index, { key }] of positional.entries()) {
      const value: unknown = command.processedArgs[index];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) input[key] = value;
    }
    const shadowed = new Set(fields.filter(({ key }) => globalKeys.has(key)).map(({ key }) => key));
    await wanted({ operation, input, secretFiles, globals: globalsOf(given, shadowed) });
  });
};

/** The global flags out of what commander parsed; a flag that the operation claims is not a global one here. */
const globalsOf = (options: Readonly<Record<string, unknown>>, claimed: ReadonlySet<string> = new Set()): Globals => {
  const isSet = (key: string): boolean => options[key] === true && !claimed.has(key);
  const { context, workspace, output = 'table' } = options;
  if (isSet('allContexts')) {
    throw new ProxdeckError('usage', '--all-contexts is for the full screen: a command is about one cluster.', {
      hint: 'Name it with --context.',
    });
  }
  const format = outputFormats.find((one) => one === output);
  if (format === undefined) {
    throw new ProxdeckError('usage', `--output cannot be ${String(output)}.`, {
      hint: `It is one of: ${outputFormats.join(', ')}.`,
    });
  }
  return {
    ...(typeof context === 'string' && { context }),
    ...(typeof workspace === 'string' && { workspace }),
    output: format,
    yes: isSet('yes'),
    readOnly: isSet('readOnly'),
    plain: isSet('plain'),
    dryRun: isSet('dryRun'),
    color: options['color'] !== false,
    ascii: isSet('ascii'),
  };
};

const faceCommandOf = (
  { name, summary, arguments: parameters = [], options = [], run }: FaceCommand,
  done: (code: number) => void,
): Command => {
  const command = new Command(name).description(summary);
  for (const parameter of parameters) {
    const argument = new Argument(`<${parameter.name}>`, parameter.description);
    command.addArgument(parameter.choices === undefined ? argument : argument.choices([...parameter.choices]));
  }
  for (const { flags, description, many } of options) {
    const option = new Option(flags, description);
    command.addOption(many === true ? option.argParser(collect) : option);
  }
  return command.action(async () => {
    const given = command.optsWithGlobals<Record<string, unknown>>();
    done(await run({ arguments: command.args, options: given, globals: globalsOf(given) }));
  });
};

/** A command that is not asked for needs its name and summary only; loading its operation would cost time. */
const placeholder = (name: string): Command => {
  const entry = catalog[name as OperationName];
  return new Command(name.split('.').at(-1)).description(entry.summary).allowExcessArguments().allowUnknownOption();
};

const addOperations = async (
  program: Command,
  asked: ReadonlySet<string>,
  wanted: (wanted: Wanted) => Promise<void>,
): Promise<void> => {
  for (const { name } of operations) {
    const [noun = '', verb] = name.split('.');
    const command = asked.has(name) ? commandOf(await loadOperation(name), wanted) : placeholder(name);
    if (verb === undefined) program.addCommand(command.copyInheritedSettings(program));
    else {
      const known = program.commands.find((one) => one.name() === noun);
      const parent = known ?? program.command(noun).description(nouns[noun] ?? noun);
      parent.addCommand(command.copyInheritedSettings(parent));
    }
  }
};

/** The first words that are neither flags nor the values of global flags: noun and verb, behind `help` too. */
const wordsOf = (args: readonly string[]): readonly string[] => {
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const flag = globalFlags.find((one) => arg === `--${one.flag}`);
    if (flag?.value !== undefined) index += 1;
    else if (!arg.startsWith('-')) words.push(arg);
  }
  return words[0] === 'help' ? words.slice(1) : words;
};

const addGlobals = (program: Command): void => {
  for (const { flag, value, summary } of globalFlags) {
    program.addOption(new Option(`--${flag}${value === undefined ? '' : ` <${value}>`}`, summary));
  }
};

/** What commander complains about, as one of ours: the sentence, and what was probably meant. */
const usageError = ({ code, message }: CommanderError, words: readonly string[]): ProxdeckError => {
  const noun = words[0] ?? '';
  const verbs = operations.flatMap(({ name }) => (name.startsWith(`${noun}.`) ? [name.slice(noun.length + 1)] : []));
  const known = words.slice(0, verbs.includes(words[1] ?? '') ? 2 : verbs.length === 0 ? 0 : 1);
  const help = `See \`${['proxdeck', ...known, '--help'].join(' ')}\`.`;
  if (code === 'commander.help') {
    return new ProxdeckError(
      'usage',
      verbs.length === 0 ? 'A command is missing.' : `${noun} needs one of: ${verbs.join(', ')}.`,
      { hint: help },
    );
  }
  const [sentence = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const meant = suggestion?.replace(/^\((.*)\)$/, '$1');
  return new ProxdeckError('usage', `${sentence.replace(/\.$/, '')}.${meant === undefined ? '' : ` ${meant}`}`, {
    hint: help,
  });
};

/**
 * Parses a command line and does what it says through `wanted` or a face command. Returns the exit code; help is written to stdout.
 * Throws `usage` with what was probably meant.
 */
export const runProgram = async (
  args: readonly string[],
  faceCommands: readonly FaceCommand[],
  wanted: (wanted: Wanted) => Promise<number>,
  bare: (globals: Globals) => Promise<number>,
): Promise<number> => {
  const words = wordsOf(args);
  const asked = new Set([words[0] ?? '', `${words[0] ?? ''}.${words[1] ?? ''}`]);
  let code = 0;
  const program = new Command('proxdeck')
    .description('A terminal control room for Proxmox VE. Without a command: the full screen.')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [command]', 'show help for a command')
    .helpOption('-h, --help', 'show help');
  addGlobals(program);
  await addOperations(program, asked, async (one) => {
    code = await wanted(one);
  });
  for (const command of faceCommands) {
    const built = faceCommandOf(command, (result) => {
      code = result;
    });
    program.addCommand(built.copyInheritedSettings(program));
  }
  if (words.length === 0) {
    program.action(async () => {
      code = await bare(globalsOf(program.opts()));
    });
  }
  try {
    // `help guest start` is `guest start --help`: commander's own help knows one level only.
    await program.parseAsync(args[0] === 'help' ? [...args.slice(1), '--help'] : args, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw usageError(error, words);
  }
};
