import type { Facts } from '../inventory/facts.ts';
import type { Inventory } from '../inventory/types.ts';
import type { ProxdeckError } from '../models/error.ts';
import type { InputOf, OperationName, ResultOf } from '../operations/catalog.ts';
import type { Call } from '../operations/operation.ts';
import type { Permissions } from '../operations/privileges.ts';
import type { Seat } from '../operations/seat.ts';
import type { CallLog, CallOptions, LogLine, TaskStatus } from '../proxmox/types.ts';
import type { Event } from '../operations/event.ts';
import type { Performed } from '../operations/runner.ts';

/** What a confirmation card shows before something is done. */
export interface Confirmation {
  readonly title: string;
  /** What will be lost or stands in the way, a line each. */
  readonly hazards: readonly string[];
  /** The same as a command line. */
  readonly command: string;
  /** The word on the button that does it. */
  readonly verb: string;
  /** What is good to know beside: it neither is lost nor stands in the way. */
  readonly remarks?: readonly string[];
  /** What a person has to type before it is done: the name of a guest that must not be mistaken for another. */
  readonly nameToType?: string;
}

/** What a call would do, found out without doing anything. */
export interface Plan extends Confirmation {
  /** The calls of the API, a line each. */
  readonly calls: readonly string[];
}

/** One cluster as the screens see it. The face makes it from a client, an inventory and the runner of operations. */
export interface Session {
  readonly contextName: string;
  readonly prod: boolean;
  readonly readOnly: boolean;
  /** Told what went wrong beside the poll, from the beginning of the session on: the database, a history. Never fatal. */
  onTrouble(listener: (error: ProxdeckError) => void): void;
  readonly inventory: Inventory;
  /**
   * What this login may do (`GET /access/permissions`) in the cluster of a row, as far as that is known. The first question sends
   * for it, behind the picture; while it is not known the server decides alone.
   */
  permissions(of: { readonly context?: string }): Permissions | undefined;
  /**
   * Why Proxdeck's own roles (`access.yaml`) forbid an operation on a row, in a few words, as far as they are known; undefined where
   * they do not. Pools are held against guests only. Absent where there are no roles.
   */
  forbids?(
    operation: string,
    on: { readonly context?: string; readonly type?: string; readonly pool?: string },
  ): string | undefined;
  /** What the poll does not carry: addresses, backups, trends. Found out slowly in the background, each with its age. */
  readonly facts: Facts;
  readonly calls: CallLog;
  taskStatus(upid: string, options?: CallOptions): Promise<TaskStatus>;
  taskLog(
    upid: string,
    range: { start: number; limit: number },
    options?: CallOptions,
  ): Promise<{ lines: readonly LogLine[]; total: number }>;
  /** Asks a read operation through the runner; rejects with a ProxdeckError. */
  ask<Name extends OperationName>(name: Name, input: InputOf<Name>, signal: AbortSignal): Promise<ResultOf<Name>>;
  /** Looks at everything that stands before an operation: answers, privileges, risks. Rejects with a ProxdeckError. */
  plan(call: Call, signal: AbortSignal): Promise<Plan>;
  /** Runs an operation through the runner; rejects with a ProxdeckError. */
  run(
    call: Call,
    ui: {
      confirm(confirmation: Confirmation): Promise<boolean>;
      emit(event: Event): void;
      signal: AbortSignal;
      seat?: Seat;
    },
  ): Promise<Performed>;
  close(): Promise<void>;
}
