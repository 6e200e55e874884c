import { render } from 'ink';
import { App } from '../../../screens/App.tsx';
import type { AppModel } from '../../ui/app.ts';

/** Lets Ink read the keyboard and draw what lies over the picture. Returns the function that ends it. */
export const mountInk = (
  app: AppModel,
  { stdout, stdin }: { readonly stdout: NodeJS.WriteStream; readonly stdin: NodeJS.ReadStream },
): (() => void) => {
  const ink = render(<App app={app} />, {
    stdout,
    stdin,
    // Every frame as one write: the compositor decides what of it is seen, the frame writer what of that is sent.
    debug: true,
    // Also where CI=true is set: the terminal is real.
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return () => ink.unmount();
};
