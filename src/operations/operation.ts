import type { z } from 'zod';
import type { Context } from './context.ts';
import type { Event } from './event.ts';

/** `read` changes nothing, `change` can be taken back or repeated, `destroy` loses something and is confirmed. */
export type Risk = 'read' | 'change' | 'destroy';

/** One privilege on one ACL path, as Proxmox VE names them (contract §6): `/vms/104`, `VM.PowerMgmt`. */
export interface Privilege {
  readonly path: string;
  /** Where one of several will do, they stand as the server writes them: `Datastore.Audit|Datastore.AllocateSpace`. */
  readonly privilege: string;
}

/** A call of an operation as data: what undo returns, what the palette and the journal keep. */
export interface Call {
  readonly name: string;
  readonly input: unknown;
}

/** One API call that an operation would make: what `--dry-run` shows. */
export interface PlannedCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One file that an operation would write or remove on this machine: what `--dry-run` shows. */
export interface PlannedFile {
  readonly path: string;
  readonly change: string;
}

/** What a guest will have once it is done, where that changes: what the limits of a role are held against. Bytes. */
export interface Claim {
  readonly vmid: number;
  /** Infinity for all of the node's. */
  readonly cores?: number;
  readonly memory?: number;
  /** Its largest disk. */
  readonly disk?: number;
}

/** How plain mode lays out the rows of a result: which fields, under which headings, in which order. */
export interface Column {
  readonly field: string;
  readonly title: string;
  /** What the number means, so that a person reads `1.1 TB`; machines get the value as it is. `moment`: seconds since 1970. */
  readonly unit?: 'bytes' | 'fraction' | 'seconds' | 'moment';
}

/**
 * A named, typed thing a person can ask for. Every face is built from these; nobody writes a command by hand.
 * `run` never asks, prints or logs: it yields events and returns the result. It ends early only by `context.signal`.
 */
export interface Operation<
  Name extends string = string,
  Input extends z.ZodObject = z.ZodObject,
  Resolved = unknown,
  Result = unknown,
> {
  readonly name: Name;
  readonly summary: string;
  readonly risk: Risk;
  readonly input: Input;
  readonly columns?: readonly Column[];
  /**
   * Privileges that follow from the input alone. They are looked at before anything is looked up: who may not do it is told that,
   * not what else is in the way.
   */
  needsFirst?(input: z.output<Input>): readonly Privilege[];
  /** Turns the input into what it means now (selectors into guests), once, before anything else. */
  resolve?(context: Context, input: z.output<Input>): Promise<Resolved>;
  /** Privileges the server will ask for. */
  needs?(resolved: Resolved, input: z.output<Input>): readonly Privilege[];
  /** What guests will have afterwards, where this gives or takes cores, memory or disk. */
  claims?(resolved: Resolved, input: z.output<Input>): readonly Claim[];
  /** What a confirmation card lists: what will be lost or is in the way. */
  hazards?(context: Context, resolved: Resolved, input: z.output<Input>): readonly string[];
  /** What a person has to type before it is done, where somebody can be asked: the name of what must not be mistaken. */
  nameToType?(resolved: Resolved, input: z.output<Input>): string | undefined;
  /** The calls that would be made, for `--dry-run`. */
  preview?(resolved: Resolved, input: z.output<Input>): readonly PlannedCall[];
  /** The files that would be written or removed, for `--dry-run`. */
  files?(resolved: Resolved, input: z.output<Input>): readonly PlannedFile[];
  run(context: Context, resolved: Resolved, input: z.output<Input>): AsyncGenerator<Event, Result, void>;
  /** The call that takes it back; undefined where this one cannot be. */
  undo?(resolved: Resolved, result: Result, input: z.output<Input>): Call | undefined;
}

/** Defines an operation; the types of input, resolved and result are inferred. */
export const operation = <const Name extends string, Input extends z.ZodObject, Resolved, Result>(
  definition: Operation<Name, Input, Resolved, Result>,
): Operation<Name, Input, Resolved, Result> => definition;
