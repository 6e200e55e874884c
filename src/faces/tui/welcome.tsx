import { render } from 'ink';
import { LookContext } from '../../../components/lookContext.ts';
import { Welcome } from '../../../screens/Welcome.tsx';
import { Conversation } from '../../ui/conversation.ts';
import { keyByKey } from '../../ui/terminal/keyByKey.ts';
import { startLook } from './appearance.ts';
import { askFirst, askForCluster, type Wanted } from './connecting.ts';
import { enterScreen } from './terminal.ts';
import type { TuiOptions } from './start.ts';

type AskOptions = Pick<TuiOptions, 'env' | 'stateFolder' | 'readOnly' | 'looks' | 'settingsEnv'>;

/** Holds a conversation over the whole terminal. Ctrl-C ends it with `quit`. */
const converse = async <Answer,>(
  options: AskOptions,
  hold: (conversation: Conversation) => Promise<Answer>,
  quit: Answer,
): Promise<Answer> => {
  const screen = enterScreen(process.stdout);
  const conversation = new Conversation();
  const left = Promise.withResolvers<Answer>();
  const look = startLook(options.env, options.looks, options.settingsEnv ?? options.env);
  const element = () => (
    <LookContext value={look}>
      <Welcome
        columns={process.stdout.columns}
        rows={process.stdout.rows}
        conversation={conversation}
        onQuit={() => left.resolve(quit)}
      />
    </LookContext>
  );
  const ink = render(element(), {
    stdout: screen.stdout,
    stdin: keyByKey(process.stdin, conversation),
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const resized = (): void => {
    screen.writer.invalidate();
    ink.rerender(element());
  };
  process.stdout.prependListener('resize', resized);
  try {
    return await Promise.race([hold(conversation), left.promise]);
  } finally {
    process.stdout.off('resize', resized);
    screen.leave();
    ink.unmount();
    conversation.end();
  }
};

/** Asks a person without a cluster what to do: look at the demo, connect a cluster, or leave. */
export const askWhatToDo = (options: TuiOptions): Promise<'quit' | 'demo' | 'added'> =>
  converse(options, (conversation) => askFirst(conversation, options), 'quit');

/**
 * Asks for one more cluster, or anew for one that is known; returns its name, undefined when the person thought better of it.
 */
export const askForContext = (options: AskOptions, known: Wanted = {}): Promise<string | undefined> =>
  converse<string | undefined>(options, (conversation) => askForCluster(conversation, options, known), undefined);

/** Asks for one secret; undefined when it is not given. */
export const askForSecret = (
  options: AskOptions,
  question: { readonly text: string; readonly help: string },
): Promise<string | undefined> =>
  converse<string | undefined>(
    options,
    async (conversation) => {
      const ended = await conversation.hold(
        () => conversation.secret({ id: 'secret', ...question }),
        () => [],
      );
      return ended?.result;
    },
    undefined,
  );
