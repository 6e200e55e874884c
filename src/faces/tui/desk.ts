import type { AppModel } from '../../ui/app.ts';
import type { Desk } from '../../ui/desk.ts';
import { shellWord } from '../../ui/shellWords.ts';
import { runOnTerminal } from '../lending.ts';
import { quickLooks } from '../../config/looks.ts';
import { useOwnKeys } from './ownKeys.ts';
import { ContextSwitch, type WithTerminal } from './contexts.ts';
import type { OpenedSession } from './connect.ts';
import { editorOf } from './editor.ts';
import { FileSettings } from './settings.ts';
import { offerTrust } from './trusting.ts';
import type { TuiOptions } from './start.ts';

/** Makes what the program offers beside a cluster, behind the first frame: what the file says counts from here on. */
export const openDesk = async (
  app: AppModel,
  options: TuiOptions,
  session: OpenedSession,
  withTerminal: WithTerminal,
): Promise<void> => {
  const env = options.cluster === undefined ? options.env : await options.cluster.env;
  const contexts = new ContextSwitch(app, options, env, session, withTerminal);
  const settings = new FileSettings(app, options, env, (config) =>
    useOwnKeys(app, config, quickLooks(options.env)?.keys, withTerminal),
  );
  const endOffers = offerTrust(app, contexts);
  const close = (): Promise<void> => {
    endOffers();
    return contexts.close();
  };
  const lend: Desk['lend'] = (words, before) =>
    withTerminal(() =>
      runOnTerminal(
        words,
        `${before}\n${words.map(shellWord).join(' ')}\nProxdeck comes back when this ends (Ctrl-D or exit).\n\n`,
      ),
    );
  app.desk = { settings, contexts, ...editorOf(options.env, withTerminal), lend, close };
  try {
    await settings.read();
    if (options.allContexts) await contexts.showAll();
  } catch (thrown) {
    // The screen works without; what is wrong can be told on it.
    app.trouble(thrown);
  }
};
