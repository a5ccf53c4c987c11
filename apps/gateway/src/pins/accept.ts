// A person accepts the definition of something that a server has: exactly the one that they were shown, named by its digest. The entry and
// the pin are one commit (DESIGN section 2).
import type { EntryDraft, Id } from '@countersign/audit';
import { asDigest } from '../digest.ts';
import { ok, type Result } from '../errors.ts';
import type { McpServer } from '../registry/types.ts';
import type { LogWriter, Precondition } from '../store/types.ts';
import type { Definition } from '../upstreams/definitions.ts';
import { type Pins, rowOf } from './pins.ts';
import type { Pin } from './types.ts';

export interface AcceptRefusal {
  readonly code: 'not_found' | 'digest_mismatch' | 'conflict' | 'log_unavailable';
  readonly message: string;
}

export interface AcceptDeps {
  readonly writer: LogWriter;
  readonly pins: Pins;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** `user` is the registry name of the person. Accepting what is accepted changes and records nothing. */
export async function acceptDefinition(
  server: McpServer,
  item: Definition,
  accepted: { readonly digest: string; readonly user: string },
  { writer, pins, now }: AcceptDeps,
): Promise<Result<void, AcceptRefusal>> {
  const { kind, name, definition, digest } = item;
  if (digest !== accepted.digest) {
    return no(
      'digest_mismatch',
      `the server defines \`${name}\` otherwise by now (digest ${digest}): look at the difference again`,
    );
  }
  if (pins.standing(server, item) === 'accepted') return ok(undefined);
  const before = pins.of(server.uid).get(kind, name);
  const pin: Pin = {
    kind,
    name,
    definition,
    digest,
    acceptedBy: accepted.user,
    acceptedAt: now(),
  };
  const committed = await writer.commit({
    entries: [acceptedEntry(server.uid, before, pin)],
    changes: [{ put: 'pins', row: rowOf(server.uid, pin) }],
    preconditions: [stillAs(server.uid, pin, before)],
  });
  if (!committed.ok) {
    return committed.code === 'log_unavailable'
      ? no('log_unavailable', 'the audit log cannot be written, so nothing was accepted')
      : no('conflict', `somebody else accepted a definition of \`${name}\` meanwhile: look again`);
  }
  pins.put(server.uid, pin);
  return ok(undefined);
}

function stillAs(upstream: Id<'srv'>, { kind, name }: Pin, before: Pin | undefined): Precondition {
  const where = { upstream_uid: upstream, kind, name };
  return before === undefined
    ? { table: 'pins', where, expect: 'absent' }
    : { table: 'pins', where: { ...where, digest: before.digest }, expect: 'exists' };
}

function acceptedEntry(
  upstream: Id<'srv'>,
  before: Pin | undefined,
  after: Pin,
): EntryDraft<'definition.accepted'> {
  return {
    kind: 'definition.accepted',
    call: null,
    agent: null,
    chain: null,
    body: {
      upstream,
      item: after.kind,
      definition: asDigest(after.digest),
      previous: before === undefined ? null : asDigest(before.digest),
    },
    details: {
      name: after.name,
      ...(before === undefined ? {} : { before: before.definition }),
      after: after.definition,
      actor: JSON.stringify({ via: 'api', user: after.acceptedBy }),
    },
  };
}

function no(code: AcceptRefusal['code'], message: string): Result<never, AcceptRefusal> {
  return { ok: false, error: { code, message } };
}
