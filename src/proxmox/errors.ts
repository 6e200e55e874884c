import { ProxdeckError } from '../models/error.ts';
import type { ErrorCode } from '../models/error.ts';
import type { Method } from './types.ts';

/** What a call to Proxmox VE can fail with: a part of the error codes of the whole program. */
export type ProxmoxErrorKind = Extract<
  ErrorCode,
  | 'auth'
  | 'permission'
  | 'validation'
  | 'conflict'
  | 'not-found'
  | 'locked'
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'server'
  | 'cancelled'
>;

/** How far a try at one address came before it failed; `SSH` is the way through a jump host. */
export type Stage = 'SSH' | 'name resolution' | 'TCP' | 'TLS' | 'answer';

/** One address that was asked in vain. `reason` is a text for a person. */
export interface Attempt {
  readonly address: string;
  readonly stage: Stage;
  readonly reason: string;
}

/** What is missing: any one of the privileges on the ACL path. */
export interface MissingPermission {
  readonly path: string;
  readonly privileges: readonly string[];
}

/** The certificate that was refused. Fingerprints are SHA-256 in the form `AB:CD:…`; `expected` is absent when none was pinned. */
export interface RefusedCertificate {
  readonly address: string;
  readonly presented: string;
  readonly expected?: readonly string[];
}

export interface ProxmoxErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly status?: number;
  readonly method?: Method;
  readonly path?: string;
  /** Parameter → text, of a 400. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly permission?: MissingPermission;
  readonly attempts?: readonly Attempt[];
  readonly certificate?: RefusedCertificate;
}

/** The one class of errors of the client. `kind` is the `code` of the family; the details are there where the kind has them. */
export class ProxmoxError extends ProxdeckError {
  override readonly name = 'ProxmoxError';
  readonly kind: ProxmoxErrorKind;
  /** HTTP status; absent when no answer came. */
  readonly status: number | undefined;
  readonly method: Method | undefined;
  readonly path: string | undefined;
  readonly fields: Readonly<Record<string, string>> | undefined;
  readonly permission: MissingPermission | undefined;
  readonly attempts: readonly Attempt[] | undefined;
  readonly certificate: RefusedCertificate | undefined;

  constructor(kind: ProxmoxErrorKind, message: string, details: ProxmoxErrorDetails = {}) {
    super(kind, message, details);
    this.kind = kind;
    this.status = details.status;
    this.method = details.method;
    this.path = details.path;
    this.fields = details.fields;
    this.permission = details.permission;
    this.attempts = details.attempts;
    this.certificate = details.certificate;
  }
}

/** The error of a call that its caller gave up. */
export const cancelled = (call: { readonly method: Method; readonly path: string }): ProxmoxError =>
  new ProxmoxError('cancelled', `${call.method} ${call.path} was cancelled.`, call);
