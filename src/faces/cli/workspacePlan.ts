import * as z from 'zod';
import { ProxdeckError } from '../../models/error.ts';
import type { Operation } from '../../operations/operation.ts';
import { shellWord } from '../../ui/shellWords.ts';
import type { Wanted } from './program.ts';
import type { Terminal } from './terminal.ts';

/** `workspace init` where no folder was named: everything that its flags can say is asked for, one after the other. */

type Input = Readonly<Record<string, unknown>>;

/** Puts questions until the answer is one that the operation takes. */
class Guide {
  readonly #operation: Operation;
  readonly #terminal: Terminal;

  constructor(operation: Operation, terminal: Terminal) {
    this.#operation = operation;
    this.#terminal = terminal;
  }

  async ask(question: string, usual = ''): Promise<string> {
    return (await this.#terminal.ask(`${question}${usual === '' ? '' : ` [${usual}]`}: `)) || usual;
  }

  /** What the operation has against a value of one of its lists; undefined for nothing. */
  #refusal(key: 'vlan' | 'target', text: string): string | undefined {
    const parsed = this.#operation.input.safeParse({ folder: '.', [key]: [text] });
    return parsed.success ? undefined : z.prettifyError(parsed.error).split('\n')[0]?.replace(/^✖ /, '');
  }

  /** Asks for one after the other until a name is left out; `compose` asks what else belongs to it. */
  async list(key: 'vlan' | 'target', question: string, compose: (name: string) => Promise<string>): Promise<string[]> {
    const taken: string[] = [];
    let refused = '';
    for (;;) {
      const more = taken.length === 0 ? question : 'Another one';
      const name = await this.ask(`${refused}${more} (Enter for none)`);
      if (name === '') return taken;
      const text = await compose(name);
      const refusal = this.#refusal(key, text);
      if (refusal === undefined) taken.push(text);
      refused = refusal === undefined ? '' : `${refusal}\n`;
    }
  }
}

/** The first address of a subnet, which is the gateway of most. */
const firstAddress = (subnet: string): string => {
  const [, net, last] = /^(\d+\.\d+\.\d+\.)(\d+)\/\d+$/.exec(subnet) ?? [];
  return net === undefined ? '' : `${net}${String(Number(last) + 1)}`;
};

const network =
  (guide: Guide) =>
  async (name: string): Promise<string> => {
    const vlan = await guide.ask(`  VLAN of ${name}, 1 to 4094`);
    const subnet = await guide.ask(`  Subnet of ${name}, such as 10.100.0.0/24`);
    const gateway = await guide.ask(`  Its gateway`, firstAddress(subnet));
    return `${name}=${vlan}:${subnet}${gateway === '' ? '' : `@${gateway}`}`;
  };

const places: Readonly<Record<string, string>> = {
  ssh: '  Where, as USER@HOST',
  pct: '  VMID of the container',
  agent: '  VMID of the virtual machine',
  kubernetes: '  Context of kubectl',
};

const target =
  (guide: Guide) =>
  async (name: string): Promise<string> => {
    const kind = await guide.ask(`  How is ${name} reached: ssh, pct, agent, kubernetes or local`, 'ssh');
    const where = places[kind];
    return where === undefined ? `${name}=${kind}` : `${name}=${kind}:${await guide.ask(where)}`;
  };

/**
 * Completes the input of `workspace init`. A folder that was named is all it needs; without one a person is asked. Throws `usage` where
 * nobody can be.
 */
export const withWorkspacePlan = async (
  { operation, input }: Pick<Wanted, 'operation' | 'input'>,
  terminal: Terminal | undefined,
): Promise<Input> => {
  if (input['folder'] !== undefined) return input;
  if (terminal === undefined)
    throw new ProxdeckError('usage', 'The folder is missing, and there is no terminal to ask on.', {
      hint: 'Name it: `proxdeck workspace init lab`; --vlan and --target say what else there is.',
    });
  const guide = new Guide(operation, terminal);
  const folder = await guide.ask('Folder of the workspace', 'lab');
  const vlan = await guide.list('vlan', 'Name of a network that guests are in', network(guide));
  const targets = await guide.list('target', 'Name of a place where stacks run', target(guide));
  const words = [folder, ...vlan.flatMap((one) => ['--vlan', one]), ...targets.flatMap((one) => ['--target', one])];
  const made = await guide.ask(
    `This is \`proxdeck workspace init ${words.map(shellWord).join(' ')}\`.\nMake it, yes or no`,
    'yes',
  );
  if (!/^y(es)?$/i.test(made)) throw new ProxdeckError('cancelled', 'Cancelled. Nothing was made.');
  return { ...input, folder, vlan, target: targets };
};
