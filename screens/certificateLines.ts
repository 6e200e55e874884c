import type { Token } from '../components/look.ts';
import { clean } from '../components/text.ts';
import type { Examined } from '../src/operations/connect/examine.ts';

/** A line about a certificate, and what it stands for. */
export interface CertificateLine {
  readonly label: string;
  readonly text: string;
  readonly token: Token;
}

/** Pairs of a fingerprint in a line: two lines of it fit where 80 columns are. */
const pairsALine = 16;

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** A fingerprint in two lines: never cut, since every digit of it counts. */
const fingerprintLines = (label: string, fingerprint: string, token: Token): readonly CertificateLine[] => {
  const pairs = fingerprint.split(':');
  return [
    { label, text: pairs.slice(0, pairsALine).join(':'), token },
    { label: '', text: pairs.slice(pairsALine).join(':'), token },
  ];
};

/** What a person compares before a certificate is trusted: whose it is, its fingerprint, and the one that was trusted before. */
export const certificateLines = (seen: Examined): readonly CertificateLine[] => {
  const { subject, issuer, san, notbefore, notafter, fingerprint, pinned, trust } = seen;
  const changed = trust === 'changed';
  const about = (label: string, text: string): CertificateLine => ({ label, text: clean(text), token: 'text' });
  return [
    about('subject', subject),
    about('issuer', issuer),
    about('names', san.join(', ')),
    about('valid', `${day(notbefore)} to ${day(notafter)}`),
    ...fingerprintLines(changed ? 'shown now' : 'SHA-256', fingerprint, 'accent'),
    ...(changed ? pinned.flatMap((one) => fingerprintLines('trusted', one, 'text')) : []),
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
