import type { Examined } from '../../operations/connect/examine.ts';
import { harmless, type Style } from './render.ts';
import type { Terminal } from './terminal.ts';

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

const certificateText = (
  { subject, issuer, san, notbefore, notafter, fingerprint }: Examined,
  style: Style,
): readonly string[] => [
  ...harmless(`  subject      ${subject}`, style),
  ...harmless(`  issuer       ${issuer}`, style),
  ...harmless(`  names        ${san.join(', ')}`, style),
  `  valid        ${day(notbefore)} to ${day(notafter)}`,
  `  fingerprint  ${fingerprint}`,
];

const compare = 'Compare it with `pvenode cert info` on the node.';

const newQuestion = (seen: Examined, style: Style): string =>
  [
    `No known authority vouches for ${seen.address}: ${seen.doubt ?? ''}.`,
    'Its certificate:',
    ...certificateText(seen, style),
    compare,
    'Trust it from now on? [y/N] ',
  ].join('\n');

const changedQuestion = (seen: Examined, style: Style): string =>
  [
    `The certificate of ${seen.address} is not the one that ${seen.context} trusts.`,
    'Nothing was sent.',
    ...seen.pinned.map((one) => `  trusted      ${one}`),
    ...certificateText(seen, style),
    'Proxmox VE renews certificates by itself, but this can also be somebody in',
    `between. ${compare}`,
    'Trust the new one instead? Write yes in full: ',
  ].join('\n');

/**
 * Trust on first use, and anew after a change: only a person can give it, on a terminal. Returns whether the certificate that was
 * seen may be pinned.
 */
export const askTrust = async (seen: Examined, terminal: Terminal, style: Style): Promise<boolean> => {
  switch (seen.trust) {
    case 'new':
      return /^y(es)?$/i.test(await terminal.ask(newQuestion(seen, style)));
    case 'changed':
      return (await terminal.ask(changedQuestion(seen, style))) === 'yes';
    case 'pinned':
    case 'vouched':
      return false;
  }
};
