import * as z from 'zod';
import { addressSchema, contextNameSchema, jumpSchema } from '../../config/schema.ts';
import { asProxdeckError } from '../../models/error.ts';
import { parseAddress } from '../../proxmox/address.ts';
import { examineCertificate, type PresentedCertificate } from '../../proxmox/certificate.ts';
import { ProxmoxError, type Stage } from '../../proxmox/errors.ts';
import { untrusted } from '../../proxmox/trust.ts';
import { operation } from '../operation.ts';
import { readCertificate } from '../session.ts';
import { placeOf } from './place.ts';

/** A server as it shows itself before anything is sent to it. */
export interface Examined extends PresentedCertificate {
  /** The context that the address belongs to, or would. */
  readonly context: string;
  /**
   * `pinned`: the context trusts this very certificate; `vouched`: an authority does; `changed`: the context trusts another one;
   * `new`: nobody knows it.
   */
  readonly trust: 'pinned' | 'vouched' | 'changed' | 'new';
  /** Fingerprints that the context trusts. */
  readonly pinned: readonly string[];
}

/** The error of a server that is not trusted: what the client would throw, before it sends anything. */
export const refusalOf = ({ address, fingerprint, pinned, doubt = '' }: Examined): ProxmoxError =>
  untrusted(parseAddress(address), fingerprint, { pinned, doubt });

const steps = [
  { id: 'SSH', title: 'go through the jump host' },
  { id: 'name resolution', title: 'find the address' },
  { id: 'TCP', title: 'reach the port' },
  { id: 'TLS', title: 'see the certificate' },
] as const satisfies readonly { readonly id: Stage; readonly title: string }[];

/** A handshake with a far node over a slow line, in milliseconds. */
const timeoutMs = 10_000;

const stageOf = (thrown: unknown): Stage | undefined =>
  thrown instanceof ProxmoxError ? thrown.attempts?.at(-1)?.stage : undefined;

const trustOf = ({ fingerprint, doubt }: PresentedCertificate, pinned: readonly string[]): Examined['trust'] => {
  if (pinned.includes(fingerprint)) return 'pinned';
  if (doubt === undefined) return 'vouched';
  return pinned.length > 0 ? 'changed' : 'new';
};

/**
 * Looks how far a server can be reached and which certificate it shows: name, TCP, TLS. Nothing is sent to it.
 * Throws `unreachable` with how far it came.
 */
export const examineServer = operation({
  name: 'context.examine',
  summary: 'Look at the certificate of a server; nothing is sent to it',
  risk: 'read',
  input: z.object({
    url: addressSchema.describe('address of a node, https://HOST:8006').meta({ positional: true }),
    name: contextNameSchema.exactOptional().describe('name of the context that it is compared with'),
    ca: z.string().exactOptional().describe('file with the certificate authority to trust').meta({ completes: 'file' }),
    jump: jumpSchema.exactOptional().describe('SSH host that it is reached through: USER@BASTION'),
  }),
  async *run({ config }, _resolved, { url, name, ca: given, jump: through }) {
    const place = placeOf(config, { url, ...(name !== undefined && { name }) });
    const ca = given ?? place.known?.ca;
    const jump = through ?? place.known?.ssh_jump;
    const reached = async (): Promise<PresentedCertificate | { readonly thrown: unknown }> => {
      try {
        return await examineCertificate(url, {
          timeoutMs,
          ...(ca !== undefined && { ca: readCertificate(ca) }),
          ...(jump !== undefined && { jump }),
        });
      } catch (thrown) {
        return { thrown };
      }
    };
    const outcome = await reached();
    const failedAt = 'thrown' in outcome ? stageOf(outcome.thrown) : undefined;
    if ('thrown' in outcome && failedAt === undefined) throw asProxdeckError(outcome.thrown);
    for (const { id, title } of steps) {
      if (id === 'SSH' && jump === undefined) continue;
      yield { type: 'step', id, title, state: id === failedAt ? 'failed' : 'done' };
      if (id === failedAt) break;
    }
    if ('thrown' in outcome) throw asProxdeckError(outcome.thrown);
    const pinned = place.known?.fingerprint?.split(/\s*,\s*/) ?? [];
    return { context: place.name, trust: trustOf(outcome, pinned), pinned, ...outcome } satisfies Examined;
  },
});
