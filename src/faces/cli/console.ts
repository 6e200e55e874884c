import { loadConfig } from '../../config/config.ts';
import { ProxdeckError } from '../../models/error.ts';
import { didYouMean } from '../../models/nearest.ts';
import { showCluster } from '../../operations/cluster.ts';
import { splitLine } from '../../operations/words.ts';
import { execute, reportError, type Surroundings } from './execute.ts';
import type { Globals } from './globals.ts';
import type { LineCompleter, LineSource } from './lines.ts';
import { createOutput } from './output.ts';
import { runProgram, type FaceCommand, type Wanted } from './program.ts';

/**
 * `proxdeck console`: every command of plain mode behind a prompt, one line after the other, for sessions where a full screen is
 * unwelcome and for screen readers. Nothing is drawn twice and nothing moves.
 */

const words: Readonly<Record<string, string>> = {
  'use NAME': 'go to another context; use alone lists them',
  status: 'the cluster at a glance',
  health: 'check configuration, state and connection',
  'help [COMMAND]': 'what there is, or how one command is used',
  exit: 'leave; so does Ctrl-D',
};

/** Other names of commands, as the full screen has them behind `:`. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  status: ['cluster', 'show'],
  health: ['doctor'],
  quit: ['exit'],
};

const introduction = 'Proxdeck console. Type help for what there is, exit to leave.';

const ownHelp = [
  'In the console:',
  ...Object.entries(words).map(([word, what]) => `  ${word.padEnd(16)}${what}`),
  'and every command of proxdeck, without the word proxdeck before it:',
  '',
];

/** A slash before a command is the full screen's habit, and welcome here. */
const wordsOf = (line: string): readonly string[] => {
  const [first = '', ...rest] = splitLine(line.trim().replace(/^\//, '')).words;
  return first === '' ? [] : [...(aliases[first] ?? [first]), ...rest];
};

export class Console {
  readonly #globals: Globals;
  readonly #surroundings: Surroundings;
  readonly #commands: readonly FaceCommand[];
  /** The context that commands without --context are about. */
  #context: string | undefined;
  #code = 0;

  constructor(globals: Globals, surroundings: Surroundings, commands: readonly FaceCommand[]) {
    this.#globals = globals;
    this.#surroundings = surroundings;
    this.#commands = commands.filter(({ name }) => name !== 'console' && name !== 'demo');
    this.#context = globals.context;
  }

  /** Does line after line until there are no more. Returns the exit code of the last command that was run. */
  async run(lines: LineSource): Promise<number> {
    await this.#begin();
    for (;;) {
      this.#surroundings.interrupts?.rest();
      const line = await lines.next(this.prompt);
      if (line === undefined) return this.#code;
      const asked = wordsOf(line);
      if (asked[0] === 'exit') return this.#code;
      if (asked.length > 0) await this.#do(asked);
    }
  }

  get prompt(): string {
    return `${this.#context ?? 'proxdeck'}> `;
  }

  /** What a line could go on with. */
  readonly complete: LineCompleter = async (line) => {
    const { words: typed, lastAt } = splitLine(line.replace(/^\//, ' '));
    const last = line.slice(lastAt);
    const context = this.#context === undefined ? [] : ['--context', this.#context];
    const { complete } = await import('./complete.ts');
    const before = last === '' ? [...typed, ''] : typed;
    const found = await complete([...context, ...before], {
      env: this.#surroundings.env,
      faceCommands: this.#commands,
    });
    const own = before.length === 1 ? ['use', 'status', 'health', 'help', 'exit'] : [];
    const values = [...own.filter((word) => word.startsWith(last)), ...found.map(({ value }) => value)];
    return [values, last];
  };

  async #begin(): Promise<void> {
    this.#say([introduction]);
    this.#surroundings.interrupts?.renew();
    this.#context ??= await this.#currentContext();
    if (this.#context !== undefined) await this.#do(['cluster', 'show']);
  }

  /** A configuration that cannot be read is told by the first command that needs it. */
  async #currentContext(): Promise<string | undefined> {
    try {
      return (await loadConfig(this.#surroundings.env)).current;
    } catch (thrown) {
      this.#report(thrown);
      return undefined;
    }
  }

  async #do(asked: readonly string[]): Promise<void> {
    const signal = this.#surroundings.interrupts?.renew() ?? this.#surroundings.signal;
    const surroundings = { ...this.#surroundings, signal };
    try {
      if (asked[0] === 'use') return await this.#use(asked[1]);
      if (asked[0] === 'help' && asked.length === 1) this.#say(ownHelp);
      this.#code = await runProgram(
        asked,
        this.#commands,
        (wanted) => execute(this.#here(wanted), surroundings),
        (globals) => execute(this.#here({ operation: showCluster, input: {}, secretFiles: {}, globals }), surroundings),
      );
    } catch (thrown) {
      this.#code = this.#report(thrown);
    }
  }

  /** Goes to another context, for this console only. */
  async #use(name: string | undefined): Promise<void> {
    if (name === undefined) return this.#do(['context', 'list']);
    const names = Object.keys((await loadConfig(this.#surroundings.env)).contexts);
    if (!names.includes(name))
      throw new ProxdeckError('not-found', `There is no context ${name}.${didYouMean(name, names)}`, {
        hint: names.length === 0 ? 'Add one with connect https://HOST:8006' : `There are: ${names.join(', ')}.`,
      });
    this.#context = name;
    await this.#do(['cluster', 'show']);
  }

  /** A command with what the console itself was started with. */
  #here(wanted: Wanted): Wanted {
    const own = wanted.globals;
    const { output, yes, readOnly, dryRun, color, ascii } = this.#globals;
    const context = own.context ?? this.#context;
    return {
      ...wanted,
      globals: {
        ...own,
        ...(context !== undefined && { context }),
        output: own.output === 'table' ? output : own.output,
        yes: own.yes || yes,
        readOnly: own.readOnly || readOnly,
        dryRun: own.dryRun || dryRun,
        color: own.color && color,
        ascii: own.ascii || ascii,
      },
    };
  }

  #say(lines: readonly string[]): void {
    this.#surroundings.stdout.write(`${lines.join('\n')}\n`);
  }

  #report(thrown: unknown): number {
    const { stdout, stderr, env } = this.#surroundings;
    const style = { colour: false, ascii: this.#globals.ascii };
    const output = createOutput({ format: this.#globals.output, style, work: false, stdout, stderr });
    return reportError(output, thrown, env);
  }
}

/** Runs the console of this process: from its terminal, or from what is piped into it. */
export const runConsole = async (
  globals: Globals,
  surroundings: Surroundings,
  commands: readonly FaceCommand[],
): Promise<number> => {
  const { terminalLines, pipedLines } = await import('./lines.ts');
  const session = new Console(globals, surroundings, commands);
  const { env, linear = false } = surroundings;
  const plain = linear || env['TERM'] === 'dumb';
  const interactive = process.stdin.isTTY && process.stdout.isTTY;
  return session.run(interactive ? terminalLines(env, session.complete, plain) : pipedLines(process.stdin));
};
