import tls from 'node:tls';
import { parseAddress } from './address.ts';
import { ProxmoxError } from './errors.ts';
import type { Stage } from './errors.ts';
import { Failure, sshAdvice } from './failure.ts';
import { doubtOf, handshake } from './trust.ts';

/** The certificate that a server presents, with the field names of Proxmox VE (`GET /nodes/{node}/certificates/info`). */
export interface PresentedCertificate {
  /** `pve1:8006` */
  readonly address: string;
  readonly subject: string;
  readonly issuer: string;
  /** Names and addresses that it is for. */
  readonly san: readonly string[];
  /** Seconds since 1970. */
  readonly notbefore: number;
  /** Seconds since 1970. */
  readonly notafter: number;
  /** SHA-256, `AB:CD:…` */
  readonly fingerprint: string;
  /** Why no authority vouches for it; absent where one does. */
  readonly doubt?: string;
}

/** `CN=pve1,O=Proxmox`: the parts of a name as OpenSSL gives them, several of one kind in an array. */
const nameOf = (parts: object): string =>
  Object.entries(parts)
    .flatMap(([kind, value]: [string, unknown]) => [value].flat().map((one) => `${kind}=${String(one)}`))
    .toReversed()
    .join(',');

const seconds = (moment: string): number => Math.floor(Date.parse(moment) / 1000);

const unreached = (address: string, { stage, message: reason, cause }: Failure): ProxmoxError =>
  new ProxmoxError('unreachable', `${address} cannot be reached (${stage}: ${reason}).`, {
    attempts: [{ address, stage, reason }],
    cause,
    hint: advice[stage],
  });

const advice: Readonly<Record<Stage, string>> = {
  SSH: sshAdvice,
  'name resolution': 'Check the name, and that this machine can resolve it; an IP address works too.',
  TCP: 'Check that the node is on, that the port is right (Proxmox VE listens on 8006), and that no firewall is in between.',
  TLS: 'Something listens there, but it ends the TLS handshake: check the port, and ALLOW_FROM in /etc/default/pveproxy.',
  answer: 'Check the service pveproxy on the node.',
};

/**
 * Looks at the certificate of a server: a TLS handshake, behind which nothing is sent. `ca` is a further authority, PEM.
 * Throws `config` for an address that is none, `unreachable` with how far it came.
 */
export const examineCertificate = async (
  url: string,
  { ca, timeoutMs, jump }: { readonly ca?: string; readonly timeoutMs: number; readonly jump?: string },
): Promise<PresentedCertificate> => {
  const address = parseAddress(url);
  const authorities = [
    ...tls.getCACertificates('default'),
    ...tls.getCACertificates('system'),
    ...(ca === undefined ? [] : [ca]),
  ];
  try {
    const socket = await handshake(address, { ca: authorities, timeoutMs, jump });
    const { subject, issuer, subjectaltname = '', valid_from, valid_to, fingerprint256 } = socket.getPeerCertificate();
    const { authorized, authorizationError } = socket;
    socket.destroy();
    return {
      address: address.text,
      subject: nameOf(subject),
      issuer: nameOf(issuer),
      san: [...new Set(subjectaltname.split(', ').flatMap((name) => name.replace(/^(?:DNS|IP Address):/, '') || []))],
      notbefore: seconds(valid_from),
      notafter: seconds(valid_to),
      fingerprint: fingerprint256,
      ...(authorized ? {} : { doubt: doubtOf(authorizationError) }),
    };
  } catch (thrown) {
    throw thrown instanceof Failure ? unreached(address.text, thrown) : thrown;
  }
};
