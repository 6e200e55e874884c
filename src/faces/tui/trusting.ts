import { environmentContext } from '../../config/quick.ts';
import type { Connection } from '../../inventory/types.ts';
import { ProxmoxError, type RefusedCertificate } from '../../proxmox/errors.ts';
import type { AppModel } from '../../ui/app.ts';
import type { Contexts } from '../../ui/desk.ts';
import type { Confirmation } from '../../ui/session.ts';

/** A certificate that is not trusted, in a cluster that is shown: the person decides, and nothing is sent until then. */

interface Refused {
  readonly context: string;
  readonly certificate: RefusedCertificate;
}

const refusedIn = (context: string, connection: Connection): readonly Refused[] => {
  const error = connection.state === 'away' ? connection.error : undefined;
  const certificate = error instanceof ProxmoxError ? error.certificate : undefined;
  return certificate === undefined || context === environmentContext ? [] : [{ context, certificate }];
};

/** In two halves, each of which fits a line of a card. */
const halves = (fingerprint: string): string => {
  const pairs = fingerprint.split(':');
  return `${pairs.slice(0, 16).join(':')} ${pairs.slice(16).join(':')}`;
};

const cardFor = ({ context, certificate: { address, presented, expected } }: Refused): Confirmation => ({
  title: expected === undefined ? `Who is ${address}?` : `The certificate of ${address} is another one`,
  hazards: [
    'Nothing was sent to it, and nothing is until it is trusted.',
    // Words of one length, so that the digits stand below each other.
    ...(expected ?? []).map((one) => `trusted ${halves(one)}`),
    `${expected === undefined ? 'SHA-256' : 'now has'} ${halves(presented)}`,
  ],
  remarks: [
    expected === undefined
      ? `No authority that this machine knows vouches for it, and ${context} has trusted none yet.`
      : 'Proxmox VE renews certificates by itself, but this can also be somebody in between: compare it with `pvenode cert info` on the node.',
  ],
  command: `proxdeck connect https://${address} --name ${context}`,
  verb: 'Look at it',
});

/**
 * Shows a certificate that is refused as soon as nothing else is being done, each once; from the card the dialogue leads on, with
 * *do not trust it* first. Returns the function that ends it.
 */
export const offerTrust = (app: AppModel, contexts: Pick<Contexts, 'connect'>): (() => void) => {
  const offered = new Set<string>();
  const look = (): void => {
    const { overlay, editing } = app.state;
    if (overlay !== undefined || editing !== undefined) return;
    const { contextName, connection, parts } = app.live.getState();
    const all = parts?.flatMap((part) => refusedIn(part.contextName, part.connection));
    const found = (all ?? refusedIn(contextName, connection)).find((one) => !offered.has(keyOf(one)));
    if (found === undefined) return;
    offered.add(keyOf(found));
    const answer = (yes: boolean): void => {
      if (yes) app.arrive(() => trust(app, contexts, found.context));
    };
    app.open({ kind: 'card', button: 0, confirmation: cardFor(found), answer });
  };
  const ends = [app.live.subscribe(look), app.ui.subscribe(look)];
  look();
  return () => ends.forEach((end) => end());
};

const keyOf = ({ context, certificate: { address, presented } }: Refused): string =>
  [context, address, presented].join(' ');

const trust = async (app: AppModel, contexts: Pick<Contexts, 'connect'>, context: string): Promise<void> => {
  try {
    if (await contexts.connect(context, 'keep')) app.notify({ token: 'ok', text: `${context} is trusted` });
    else app.notify({ token: 'muted', text: 'nothing was changed' });
  } catch (thrown) {
    app.trouble(thrown);
  }
};
