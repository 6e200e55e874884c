import { once } from 'node:events';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import type { AppModel } from '../../ui/app.ts';
import type { OwnCommand } from '../../ui/keyTable.ts';
import type { KeyProblem, KeySettings } from '../../ui/keymap.ts';
import { shellWord } from '../../ui/shellWords.ts';
import { fillCommand, ownBindings, templateFields, type CommandSettings } from '../../ui/userCommands.ts';
import { runLine } from '../../../screens/command.ts';
import { quoteWord } from '../../operations/words.ts';
import { runOnTerminal } from '../lending.ts';
import type { WithTerminal } from './contexts.ts';

/**
 * Lets the keys and commands of the configuration count; where it says nothing of keys, the `usual` ones.
 * Returns what is wrong with them, each with its place in the file.
 */
export const useOwnKeys = (
  app: AppModel,
  config: Config,
  usual: KeySettings | undefined,
  withTerminal: WithTerminal,
): readonly string[] => {
  const commands = config.commands ?? {};
  const own = ownBindings(commands);
  app.keyboard.setKeys(config.keys ?? usual ?? {}, own.bindings);
  app.keyboard.onOwnCommand = (action) => {
    runOwn(app, commands, action, withTerminal).catch((thrown: unknown) => app.trouble(thrown));
  };
  const problems = [...own.problems, ...app.keyboard.keymap.problems].map((problem) => placeOf(config, problem));
  const [first, ...others] = problems;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` And ${String(others.length)} more`;
    app.notify({ token: 'warn', text: first, hint: `${more}: see :settings`.trim() });
  }
  return problems;
};

/** `config.yaml:7: keys.bindings.refesh: there is no action refesh.` */
const placeOf = ({ file, lines = {} }: Config, { path: keys, message }: KeyProblem): string => {
  const known = keys.map((_key, at) => keys.slice(0, keys.length - at).join('.')).find((name) => name in lines);
  const line = known === undefined ? '' : `:${String(lines[known])}`;
  return `${path.basename(file)}${line}: ${keys.join('.')}: ${message}`;
};

const runOwn = async (
  app: AppModel,
  commands: Readonly<Record<string, CommandSettings>>,
  action: OwnCommand,
  withTerminal: WithTerminal,
): Promise<void> => {
  const name = action.slice('command.'.length);
  const settings = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (settings === undefined) return;
  const row = app.screen.list?.current();
  const { kind, words } = fillCommand(settings, templateFields(row, { context: app.live.getState().contextName }));
  const title = settings.title ?? name;
  const shown = kind === 'run' ? `proxdeck ${words.map(quoteWord).join(' ')}` : words.map(shellWord).join(' ');
  if (settings.confirm && !(await confirmed(app, title, shown))) return;
  if (kind === 'run') return runLine(app, words.map(quoteWord).join(' '));
  await withTerminal(() => execute(words, shown, settings.pause));
};

const confirmed = (app: AppModel, title: string, command: string): Promise<boolean> =>
  new Promise((answer) =>
    app.open({ kind: 'card', button: 0, answer, confirmation: { title, hazards: [], command, verb: 'Run' } }),
  );

/** Runs a program on the terminal that was lent, without a shell. Says before it how one comes back. */
const execute = async (words: readonly string[], shown: string, pause: boolean): Promise<void> => {
  const before = `${shown}\nProxdeck comes back when this ends (Ctrl-C, Ctrl-D or exit).\n\n`;
  const code = await runOnTerminal(words, before);
  if (code === 0 && !pause) return;
  process.stdout.write(`\n${code === 0 ? 'It has ended.' : `It ended with ${String(code)}.`} Enter goes back.\n`);
  // Not paused again: that would take effect a turn later, when the screen reads already.
  process.stdin.resume();
  await once(process.stdin, 'data');
};
