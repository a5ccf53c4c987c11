// Decisions as signed statements: in-toto Statement v1 in a DSSE envelope, one a line, so that supply-chain tools can hold
// a request against the decision about it. Signed with the receipt key, which speaks of single entries; the checkpoint key
// speaks of the tree and is never used outside the thread that signs heads.
import { canonicalJson, type CanonicalValue, isDigest } from '@countersign/audit';
import { detailObject, member } from './entry.ts';
import { type Facts, factsOf } from './facts.ts';
import { isoTime, jsonLine, shortened } from './text.ts';
import { type ExportContext, ExportError, type ExportedEntry, type ExportFormat } from './types.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://countersign.dev/attestation/decision/v1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const MAX_TEXT = 8192;

export const dsse: ExportFormat = {
  what: 'every decision as an in-toto statement in a DSSE envelope signed with the receipt key; other entries are left out',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'dsse.jsonl',
  isSigned: true,
  async *write(entries, context) {
    const { signer } = context;
    if (signer === null) {
      throw new ExportError(
        'DSSE envelopes are signed, and no receipt key is at hand: export on the node itself',
      );
    }
    for await (const entry of entries) {
      if (entry.header.kind !== 'call.decided') continue;
      const payload = Buffer.from(canonicalJson(await statement(entry, context)), 'utf8');
      const signature = await signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload));
      const envelope = {
        payload: payload.toString('base64'),
        payloadType: PAYLOAD_TYPE,
        signatures: [{ keyid: keyIdOf(signer.vkey), sig: Buffer.from(signature).toString('base64') }],
      };
      yield `${jsonLine(envelope)}\n`;
    }
  },
};

/** DSSE's pre-authentication encoding: what is signed, so that a signature over one type never passes for another. */
function preAuthEncoding(type: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), payload]);
}

/** A C2SP verifier key without the key itself: its name and hash. A hint, as DSSE has it; trust never comes from it. */
function keyIdOf(vkey: string): string {
  return vkey.slice(0, vkey.lastIndexOf('+'));
}

async function statement(entry: ExportedEntry, context: ExportContext): Promise<CanonicalValue> {
  const facts = await factsOf(entry, context);
  return {
    _type: STATEMENT_TYPE,
    subject: subjects(entry, context.origin),
    predicateType: PREDICATE_TYPE,
    predicate: predicate(entry, facts, context),
  };
}

/** The request by the digests of its bytes, where those are disclosed, and always the entry by its leaf hash. */
function subjects(entry: ExportedEntry, origin: string): CanonicalValue {
  const request = ['tx', 'rx'].flatMap((name) => {
    const sha256 = member(detailObject(entry, name), 'sha256');
    return isDigest(sha256) ? [{ name: `request/${name}`, digest: { sha256 } }] : [];
  });
  return [...request, { name: `${origin}#${entry.index}`, digest: { sha256: entry.leaf } }];
}

function predicate(
  { header, index, leaf }: ExportedEntry,
  facts: Facts,
  context: ExportContext,
): CanonicalValue {
  const { checkpoint } = context;
  return {
    decision: facts.decision,
    reason: facts.reason,
    decidedAt: isoTime(header.time),
    call: header.call,
    chain: header.chain?.id ?? null,
    parent: facts.parent,
    operation: facts.operation,
    agent: { id: facts.agent.id, name: text(facts.agent.name), owner: text(facts.owner) },
    onBehalfOf: text(facts.subject),
    upstream: { id: facts.upstream.id, name: text(facts.upstream.name) },
    resource: text(facts.resource),
    policySet: facts.policySet,
    policies: facts.policies.map((id) => text(id)),
    approval: facts.approval,
    sentence: text(facts.sentence),
    log: { origin: context.origin, index, leaf, checkpoint: root(checkpoint) },
  };
}

function root(checkpoint: ExportContext['checkpoint']): CanonicalValue {
  return checkpoint === null ? null : { size: checkpoint.size, root: checkpoint.root };
}

function text(value: string | null): string | null {
  return value === null ? null : shortened(value, MAX_TEXT).toWellFormed();
}
