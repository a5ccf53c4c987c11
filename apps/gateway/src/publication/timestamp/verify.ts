// Verifies RFC 3161 timestamp tokens in full: what was stamped, by whose signature, under which authority, at what time.
// Total: whatever is wrong with a token is a sentence, never an exception.
import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { ok, type Result } from '../../errors.ts';
import {
  CONTENT_TYPE,
  DIGESTS,
  EXTENDED_KEY_USAGE,
  KEY_USAGE_TIMESTAMPING,
  SHA256,
  SIGNATURES,
  SIGNED_DATA,
  SIGNING_CERTIFICATE,
  SIGNING_CERTIFICATE_V2,
  TST_INFO,
} from './oids.ts';
import { messageOf } from '../../message-of.ts';

export interface Timestamp {
  /** Milliseconds since the epoch, by the authority's clock. */
  readonly time: number;
  /** Common names of the signer's certificate and the root that it leads to. */
  readonly signer: string;
  readonly root: string;
}

/** The certificates in PEM text. Throws a TypeError for a text that holds none, or something else. */
export function readRoots(pem: string): readonly pkijs.Certificate[] {
  const blocks = [
    ...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g),
  ];
  if (blocks.length === 0) throw new TypeError('there is no certificate in PEM form');
  return blocks.map(([, base64 = '']) =>
    pkijs.Certificate.fromBER(new Uint8Array(Buffer.from(base64, 'base64'))),
  );
}

/**
 * Whether `token` stamps exactly `message`, signed by a certificate for time stamping that was valid then and leads to one of
 * `roots`. Revocation is not asked for: that takes a connection, and an answer of that time.
 * @param nonce what the request held; null where the request is not known any more.
 */
export async function verifyTimestamp(
  token: Uint8Array,
  {
    message,
    roots,
    nonce,
  }: {
    readonly message: Uint8Array;
    readonly roots: readonly pkijs.Certificate[];
    readonly nonce: Uint8Array | null;
  },
): Promise<Result<Timestamp, string>> {
  try {
    return await verify(token, message, roots, nonce);
  } catch (error) {
    return wrong(`the token cannot be verified: ${messageOf(error)}`);
  }
}

async function verify(
  token: Uint8Array,
  message: Uint8Array,
  roots: readonly pkijs.Certificate[],
  nonce: Uint8Array | null,
): Promise<Result<Timestamp, string>> {
  const parsed = asn1js.fromBER(token);
  if (parsed.offset !== token.length) return wrong('the token is cut off, or has more after it');
  const content = new pkijs.ContentInfo({ schema: parsed.result });
  if (content.contentType !== SIGNED_DATA) return wrong('the token is no signed data');
  const signed = new pkijs.SignedData({ schema: content.content });
  const { eContentType, eContent } = signed.encapContentInfo;
  if (eContentType !== TST_INFO || eContent === undefined) return wrong('the token holds no timestamp');
  const info = pkijs.TSTInfo.fromBER(eContent.getValue());

  const imprint = info.messageImprint;
  const digest = createHash('sha256').update(message).digest();
  if (imprint.hashAlgorithm.algorithmId !== SHA256)
    return wrong('the token stamps something by another digest than SHA-256');
  if (!digest.equals(imprint.hashedMessage.valueBlock.valueHexView))
    return wrong('the token stamps something else');
  if (
    nonce !== null &&
    (info.nonce === undefined || !Buffer.from(nonce).equals(info.nonce.valueBlock.valueHexView))
  )
    return wrong('the token answers another request');

  const [signer, ...others] = signed.signerInfos;
  if (signer === undefined || others.length > 0) return wrong('the token is not signed by exactly one');
  if (
    !DIGESTS.has(signer.digestAlgorithm.algorithmId) ||
    !SIGNATURES.has(signer.signatureAlgorithm.algorithmId)
  )
    return wrong('the token is signed by an algorithm that is not trusted');
  const attributes = signer.signedAttrs?.attributes ?? [];
  const contentType = attributes.find(({ type }) => type === CONTENT_TYPE)?.values[0];
  if (!(contentType instanceof asn1js.ObjectIdentifier) || contentType.getValue() !== TST_INFO)
    return wrong('the signature of the token is not over a timestamp');

  const verified = await signed
    .verify({
      signer: 0,
      data: new Uint8Array(message).buffer,
      trustedCerts: [...roots],
      checkChain: true,
      passedWhenNotRevValues: true,
      extendedMode: true,
    })
    .catch(messageOf);
  if (typeof verified === 'string') return wrong(`the token is not believed: ${verified}`);
  const certificate = verified.signerCertificate;
  if (verified.signatureVerified !== true || !certificate)
    return wrong('the signature of the token is not valid');
  const root = verified.certificatePath.at(-1);
  if (root === undefined) return wrong('the certificate of the token leads to no trusted root');
  if (!isForTimestamps(certificate))
    return wrong('the certificate of the token is not for time stamping only');
  if (!namesCertificate(attributes, certificate))
    return wrong('the token does not say which certificate signed it');
  return ok({ time: info.genTime.getTime(), signer: commonName(certificate), root: commonName(root) });
}

/** RFC 3161 section 2.3: critical, and for nothing else. */
function isForTimestamps({ extensions }: pkijs.Certificate): boolean {
  const usage = extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const purposes: unknown = usage?.parsedValue;
  return (
    usage?.critical === true &&
    purposes instanceof pkijs.ExtKeyUsage &&
    purposes.keyPurposes.length === 1 &&
    purposes.keyPurposes[0] === KEY_USAGE_TIMESTAMPING
  );
}

/** RFC 5035: the first certificate digest among the signed attributes is that of the signer's certificate. */
function namesCertificate(attributes: readonly pkijs.Attribute[], certificate: pkijs.Certificate): boolean {
  const der = Buffer.from(certificate.toSchema(false).toBER());
  const v2 = attributes.find(({ type }) => type === SIGNING_CERTIFICATE_V2);
  const named = v2 ?? attributes.find(({ type }) => type === SIGNING_CERTIFICATE);
  const id = childOf(childOf(named?.values[0], 0), 0);
  const first = childOf(id, 0);
  const isNamed = first instanceof asn1js.Sequence;
  const hash = isNamed ? childOf(id, 1) : first;
  if (!(hash instanceof asn1js.OctetString)) return false;
  const algorithm = childOf(first, 0);
  const listed = algorithm instanceof asn1js.ObjectIdentifier ? DIGESTS.get(algorithm.getValue()) : undefined;
  // The old attribute knows SHA-1 only: it picks among certificates that are all verified otherwise.
  const digest = v2 === undefined ? 'sha1' : isNamed ? listed : 'sha256';
  return digest !== undefined && createHash(digest).update(der).digest().equals(hash.valueBlock.valueHexView);
}

function childOf(node: unknown, at: number): unknown {
  return node instanceof asn1js.Sequence ? node.valueBlock.value[at] : undefined;
}

function commonName({ subject }: pkijs.Certificate): string {
  const found = subject.typesAndValues.findLast(({ type }) => type === '2.5.4.3');
  return found === undefined ? 'a certificate without a name' : found.value.valueBlock.value;
}

function wrong(error: string): Result<Timestamp, string> {
  return { ok: false, error };
}
