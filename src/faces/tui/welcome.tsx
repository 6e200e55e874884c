import type { ReactElement } from 'react';
import { render } from 'ink';
import { Welcome, type AddOutcome, type ContextDraft } from '../../../screens/Welcome.tsx';
import { loadConfig } from '../../config/config.ts';
import { asProxdeckError } from '../../models/error.ts';
import { loadOperation } from '../../operations/catalog.ts';
import { perform } from '../../operations/runner.ts';
import { openSession } from '../../operations/session.ts';
import { ProxmoxError } from '../../proxmox/errors.ts';
import { keyByKey } from '../../ui/terminal/keyByKey.ts';
import { enterScreen } from './terminal.ts';
import type { TuiOptions } from './start.ts';

type AskOptions = Pick<TuiOptions, 'env' | 'stateFolder' | 'looks'>;
type Props = Pick<Parameters<typeof Welcome>[0], 'beside' | 'onAdded' | 'onDemo' | 'onQuit'>;

/** Draws the form until it was answered. */
const ask = async <Answer,>(
  options: AskOptions,
  propsFor: (answer: (value: Answer) => void) => Props,
): Promise<Answer> => {
  const screen = enterScreen(process.stdout);
  const done = Promise.withResolvers<Answer>();
  const props = propsFor(done.resolve);
  const element = (): ReactElement => (
    <Welcome
      columns={process.stdout.columns}
      rows={process.stdout.rows}
      add={(draft) => add(options, draft)}
      still={options.looks.reducedMotion}
      {...props}
    />
  );
  const ink = render(element(), {
    stdout: screen.stdout,
    stdin: keyByKey(process.stdin),
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
    return await done.promise;
  } finally {
    process.stdout.off('resize', resized);
    screen.leave();
    ink.unmount();
  }
};

/** Asks a person without a cluster what to do: look at the demo, add a cluster, or leave. */
export const askWhatToDo = (options: TuiOptions): Promise<'quit' | 'demo' | 'added'> =>
  ask(options, (answer) => ({
    onAdded: () => answer('added'),
    onDemo: () => answer('demo'),
    onQuit: () => answer('quit'),
  }));

/** Asks for one more cluster; returns its name, undefined when the person thought better of it. */
export const askForContext = (options: AskOptions, beside: readonly string[]): Promise<string | undefined> =>
  ask<string | undefined>(options, (answer) => ({
    beside,
    onAdded: answer,
    onDemo: () => answer(undefined),
    onQuit: () => answer(undefined),
  }));

/** Adds the context as `proxdeck context add` does: tested first, and saved only when it works. */
const add = async (options: AskOptions, { name, url, token, fingerprint }: ContextDraft): Promise<AddOutcome> => {
  const session = openSession({
    config: await loadConfig(options.env),
    readOnly: false,
    signal: AbortSignal.timeout(60_000),
    stateFolder: options.stateFolder,
  });
  try {
    const input = { name, url: [url], token, ...(fingerprint === undefined ? {} : { fingerprint }) };
    await perform(await loadOperation('context.add'), input, session, { emit: () => undefined });
    return { kind: 'added' };
  } catch (thrown) {
    const certificate = thrown instanceof ProxmoxError ? thrown.certificate : undefined;
    if (certificate !== undefined && certificate.expected === undefined)
      return { kind: 'unknown-certificate', fingerprint: certificate.presented };
    const error = asProxdeckError(thrown);
    return { kind: 'failed', message: error.message, hint: error.hint };
  } finally {
    await session.close();
  }
};
