// A person accepts the definition of a tool: exactly the one that they were shown, named by its digest. The entry and
// the pin are one commit (DESIGN section 2).
import type { EntryDraft, Id } from '@countersign/audit';
import { asDigest } from '../digest.ts';
import { ok, type Result } from '../errors.ts';
import type { McpServer } from '../registry/types.ts';
import type { LogWriter, Precondition } from '../store/types.ts';
import type { CatalogTool } from '../upstreams/definitions.ts';
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
export async function acceptTool(
  server: McpServer,
  tool: CatalogTool,
  accepted: { readonly digest: string; readonly user: string },
  { writer, pins, now }: AcceptDeps,
): Promise<Result<void, AcceptRefusal>> {
  if (tool.digest !== accepted.digest) {
    return no(
      'digest_mismatch',
      `the server defines \`${tool.name}\` otherwise by now (digest ${tool.digest}): look at the difference again`,
    );
  }
  if (pins.standing(server, tool) === 'accepted') return ok(undefined);
  const before = pins.of(server.uid).get(tool.name);
  const pin: Pin = {
    tool: tool.name,
    definition: tool.definition,
    digest: tool.digest,
    acceptedBy: accepted.user,
    acceptedAt: now(),
  };
  const committed = await writer.commit({
    entries: [acceptedEntry(server.uid, before, pin)],
    changes: [{ put: 'tool_pins', row: rowOf(server.uid, pin) }],
    preconditions: [stillAs(server.uid, tool.name, before)],
  });
  if (!committed.ok) {
    return committed.code === 'log_unavailable'
      ? no('log_unavailable', 'the audit log cannot be written, so nothing was accepted')
      : no('conflict', `somebody else accepted a definition of \`${tool.name}\` meanwhile: look again`);
  }
  pins.put(server.uid, pin);
  return ok(undefined);
}

function stillAs(upstream: Id<'srv'>, tool: string, before: Pin | undefined): Precondition {
  const where = { upstream_uid: upstream, tool };
  return before === undefined
    ? { table: 'tool_pins', where, expect: 'absent' }
    : { table: 'tool_pins', where: { ...where, digest: before.digest }, expect: 'exists' };
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
      item: 'tool',
      definition: asDigest(after.digest),
      previous: before === undefined ? null : asDigest(before.digest),
    },
    details: {
      name: after.tool,
      ...(before === undefined ? {} : { before: before.definition }),
      after: after.definition,
      actor: JSON.stringify({ via: 'api', user: after.acceptedBy }),
    },
  };
}

function no(code: AcceptRefusal['code'], message: string): Result<never, AcceptRefusal> {
  return { ok: false, error: { code, message } };
}
