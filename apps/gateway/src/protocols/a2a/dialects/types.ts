// What tells the versions of A2A apart on the wire, as a value: names, and the places where they stand. Every piece of
// this folder works on one of these, so that no rule is written twice (ADR 0031). What is sent in one version is passed on
// in it: nothing here turns one into another.
import type { Revision } from '@countersign/audit';
import type { Place } from '../../json/shape.ts';
import type { TaskState } from '../states.ts';

export type A2aRevision = Extract<Revision, `a2a-${string}`>;

export type A2aVersion = '1.0' | '0.3';

export type Role = 'user' | 'agent';

/** What an answer to a message can be, and what a stream of them is made of. */
export type Payload = 'task' | 'message' | 'statusUpdate' | 'artifactUpdate';

/** What a part holds, in whatever version it was written: a text, bytes, an address of a file, or JSON. */
export type PartContent =
  | { readonly kind: 'text'; readonly text: string; readonly mediaType: string | null }
  | { readonly kind: 'raw'; readonly mediaType: string | null }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType: string | null }
  | { readonly kind: 'data'; readonly data: unknown; readonly mediaType: string | null };

export type Places = Readonly<Record<string, Place>>;

export interface Dialect {
  readonly revision: A2aRevision;
  /** As `A2A-Version` and agent cards name it, less what comes after the minor number. */
  readonly version: A2aVersion;
  /** What an agent answers a message with stands in a member of that name of the result; null where it is the result. */
  readonly wrapped: Readonly<Record<Payload, string>> | null;
  /** What objects say of themselves in a member `kind`; null where they say nothing. */
  readonly kinds: Readonly<Record<Payload | 'text' | 'data', string>> | null;
  readonly roles: Readonly<Record<Role, string>>;
  /** The wire's name for a state. */
  readonly states: Readonly<Record<TaskState, string>>;
  /** The state that a JSON value names, or null where it names none. */
  readonly stateOf: (value: unknown) => TaskState | null;
  /** What a part holds, or null where it is none. */
  readonly partOf: (part: Readonly<Record<string, unknown>>) => PartContent | null;
  /** What a part must be, to be read after "must". */
  readonly partRule: string;
  /** Member of `params.configuration` that names a webhook. */
  readonly webhook: string;
  readonly places: {
    /** Of the parameters of any request. */
    readonly params: Places;
    /** Of the answer to a message: a result, or an event of a stream. */
    readonly message: Places;
    /** Of the answer to what is asked of a task. */
    readonly task: Places;
  };
}
