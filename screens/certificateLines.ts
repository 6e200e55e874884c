import type { Token } from '../components/look.ts';
import { clean } from '../components/text.ts';
import type { Examined } from '../src/operations/connect/examine.ts';

/** A line about a certificate, and what it stands for. */
export interface CertificateLine {
  readonly label: string;
  readonly text: string;
  readonly token: Token;
}

/** Pairs of a fingerprint in a line at most: two lines of it fit where 80 columns are. */
const pairsALine = 16;
/** Columns of a pair with its colon. */
const pairColumns = 3;

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** A fingerprint in two lines, or more where there is less room: never cut, since every digit of it counts. */
const fingerprintLines = (
  label: string,
  fingerprint: string,
  { token, width }: { readonly token: Token; readonly width: number },
): readonly CertificateLine[] => {
  const pairs = fingerprint.split(':');
  const most = Math.max(1, Math.min(pairsALine, Math.floor((width + 1) / pairColumns)));
  return Array.from({ length: Math.ceil(pairs.length / most) }, (_, line) => ({
    label: line === 0 ? label : '',
    text: pairs.slice(line * most, (line + 1) * most).join(':'),
    token,
  }));
};

/**
 * What a person compares before a certificate is trusted: whose it is, its fingerprint, and the one that was trusted before, in
 * `width` columns; where room is short (`compact`) nothing else.
 */
export const certificateLines = (
  seen: Examined,
  { width, compact }: { readonly width: number; readonly compact: boolean },
): readonly CertificateLine[] => {
  const { subject, issuer, san, notbefore, notafter, fingerprint, pinned, trust } = seen;
  const changed = trust === 'changed';
  const about = (label: string, text: string): CertificateLine => ({ label, text: clean(text), token: 'text' });
  return [
    about('subject', subject),
    ...(compact
      ? []
      : [
          about('issuer', issuer),
          about('names', san.join(', ')),
          about('valid', `${day(notbefore)} to ${day(notafter)}`),
        ]),
    ...fingerprintLines(changed ? 'shown now' : 'SHA-256', fingerprint, { token: 'accent', width }),
    ...(changed ? pinned.flatMap((one) => fingerprintLines('trusted', one, { token: 'text', width })) : []),
  ];
};

/** Why it is asked, as a sentence. */
export const doubtSentence = ({ trust, address, context, doubt = '' }: Examined): string =>
  trust === 'changed'
    ? `The certificate of ${address} is not the one that ${context} trusts. Nothing was sent.`
    : `No authority that this machine knows vouches for ${address}: ${doubt}. Nothing was sent.`;

/** How a person finds out which it is. */
export const compareSentence = ({ trust }: Examined): string =>
  trust === 'changed'
    ? 'Proxmox VE renews certificates by itself, but this can also be somebody in between: compare it with `pvenode cert info` on the node.'
    : 'Compare the fingerprint with `pvenode cert info` on the node, or with the web interface: node → System → Certificates.';
