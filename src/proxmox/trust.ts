import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { ProxdeckError } from '../models/error.ts';
import type { Address } from './address.ts';
import { ProxmoxError } from './errors.ts';
import type { Stage } from './errors.ts';
import { Failure, reasonOf } from './failure.ts';
import type { Trust } from './types.ts';

/** Opens a TLS connection that is already known to be the right server: nothing was written to it yet. */
export type Connect = (address: Address) => Promise<TLSSocket>;

const fingerprintForm = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;

/** Reads pinned fingerprints: any case, with or without colons, several separated by commas or blanks. Throws `config`. */
const parseFingerprints = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((part) => {
      const pairs = part.replaceAll(':', '').toUpperCase().match(/../g) ?? [];
      const fingerprint = pairs.join(':');
      if (!fingerprintForm.test(fingerprint)) {
        throw new ProxdeckError('config', `“${part}” is not a SHA-256 fingerprint.`, {
          hint: 'It is 32 pairs of hex digits with colons; on the server `pvenode cert info` shows it.',
        });
      }
      return fingerprint;
    });

const changed = (address: Address, presented: string, expected: readonly string[]) =>
  new ProxmoxError(
    'certificate',
    `The certificate of ${address.text} is not the trusted one: expected ${expected.join(' or ')}, got ${presented}. Nothing was sent.`,
    {
      certificate: { address: address.text, presented, expected },
      hint:
        'Proxmox VE renews certificates by itself, but this can also be somebody in between: compare with `pvenode cert info` ' +
        `on the server, then trust it with \`proxdeck connect https://${address.text} --fingerprint ${presented}\`.`,
    },
  );

/** OpenSSL's verdicts in words. */
const verdicts: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name than the one that was asked',
};

/** Why no authority vouches for a certificate, for a person: what Node says of a socket that is not authorized. */
export const doubtOf = (verdict: unknown): string => verdicts[String(verdict)] ?? String(verdict);

const unknown = (address: Address, presented: string, doubt: string) =>
  new ProxmoxError(
    'certificate',
    `The certificate of ${address.text} cannot be verified: ${doubt}. Its SHA-256 fingerprint is ${presented}. Nothing was sent.`,
    {
      certificate: { address: address.text, presented },
      hint:
        'Compare it with `pvenode cert info` on the server, then trust it with ' +
        `\`proxdeck connect https://${address.text} --fingerprint ${presented}\`.`,
    },
  );

/** The error of a certificate that nobody vouches for, or that is another one than what was pinned. */
export const untrusted = (
  address: Address,
  presented: string,
  { pinned, doubt }: { readonly pinned: readonly string[]; readonly doubt: string },
): ProxmoxError => (pinned.length > 0 ? changed(address, presented, pinned) : unknown(address, presented, doubt));

/**
 * Makes the function that connects and verifies: authorities of Node, of the system and of `trust.ca`, else a pinned fingerprint
 * (contract §3.6), through the SSH hosts of `jump` where there are some. It rejects with ProxmoxError `certificate`, or with Failure when there is no connection within `timeoutMs`.
 */
export const createConnect = (trust: Trust, timeoutMs: number, jump?: string): Connect => {
  const pinned = parseFingerprints(trust.fingerprint ?? '');
  // Reading the system's store takes 100 ms, so it is asked only when Node's own list does not do.
  let authorities = trust.ca === undefined ? undefined : [...tls.getCACertificates('default'), trust.ca];
  let withSystem = false;
  // A certificate that is pinned needs no authority: reading Node's own list (20 ms) waits until the pin does not do.
  let pinOnly = pinned.length > 0;

  return async (address) => {
    for (;;) {
      const triedSystem = withSystem;
      const socket = await handshake(address, { ca: pinOnly ? [] : authorities, timeoutMs, jump });
      const presented = socket.getPeerCertificate().fingerprint256;
      if (socket.authorized || pinned.includes(presented)) return socket;
      socket.destroy();
      if (pinOnly) {
        pinOnly = false;
        continue;
      }
      if (triedSystem) {
        throw untrusted(address, presented, { pinned, doubt: doubtOf(socket.authorizationError) });
      }
      if (!withSystem) {
        authorities = [...(authorities ?? tls.getCACertificates('default')), ...tls.getCACertificates('system')];
        withSystem = true;
      }
    }
  };
};

interface Way {
  /** Authorities; Node's own list without it. */
  readonly ca: string[] | undefined;
  readonly timeoutMs: number;
  /** SSH hosts in between. */
  readonly jump: string | undefined;
}

/** SSH signs in before a byte goes through: a connection through it may take so many times as long. */
const jumpPatience = 3;

/** A finished handshake, whoever the other side is. Rejects with Failure. */
export const handshake = async (address: Address, { ca, timeoutMs, jump }: Way): Promise<TLSSocket> => {
  if (jump === undefined) {
    const from = isIP(address.host) === 0 ? 'name resolution' : 'TCP';
    return shake(tls.connect(optionsOf(address, ca)), from, timeoutMs);
  }
  const { openTunnel } = await import('./jump.ts');
  const tunnel = openTunnel(address, jump);
  const socket = tls.connect({ ...optionsOf(address, ca), socket: tunnel.stream });
  socket.once('close', tunnel.close);
  try {
    return await shake(socket, 'SSH', timeoutMs * jumpPatience, tunnel.stream);
  } catch (thrown) {
    tunnel.close();
    throw (await tunnel.failure()) ?? thrown;
  }
};

const optionsOf = ({ host, port }: Address, ca: string[] | undefined): tls.ConnectionOptions => ({
  host,
  port,
  rejectUnauthorized: false,
  ...(isIP(host) === 0 ? { servername: host } : {}),
  ...(ca === undefined ? {} : { ca }),
});

/** Waits until the handshake is done. `through` is what carries it: what comes out of that came from the server. */
const shake = (socket: TLSSocket, from: Stage, timeoutMs: number, through?: Duplex): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    let stage = from;
    const fail = (failure: Failure): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(failure);
    };
    const timer = setTimeout(() => fail(new Failure(stage, `no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    socket.once('lookup', (error: Error | null) => {
      if (error === null) stage = 'TCP';
    });
    for (const [source, event] of [[socket, 'connect'] as const, [through, 'data'] as const])
      source?.once(event, () => {
        stage = 'TLS';
      });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    // These two stay on the socket: after the handshake they settle nothing any more.
    socket.once('close', () => fail(new Failure(stage, 'the connection was closed by the other side')));
    socket.once('error', (error: Error) => fail(new Failure(stage, reasonOf(error), { cause: error })));
  });
