// Asks a timestamp authority for a token over some bytes (RFC 3161 section 2.4.1), and takes its answer apart. Only the
// digest of the bytes leaves the machine.
import { createHash, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { SHA256 } from './oids.ts';

export interface TimestampRequest {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Big-endian, without leading zeros: the answer must repeat it. */
  readonly nonce: Uint8Array;
}

const NONCE_BYTES = 16;

export function timestampRequest(message: Uint8Array): TimestampRequest {
  const nonce = randomBytes(NONCE_BYTES);
  // A positive number that fills all its bytes, so that no encoder shortens or lengthens it.
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40;
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({
        algorithmId: SHA256,
        algorithmParams: new asn1js.Null(),
      }),
      hashedMessage: new asn1js.OctetString({ valueHex: createHash('sha256').update(message).digest() }),
    }),
    nonce: new asn1js.Integer({ valueHex: nonce }),
    certReq: true,
  });
  return { body: new Uint8Array(request.toSchema().toBER()), nonce };
}

/** The token in an answer, as its bytes stand there; or what is wrong. */
export function tokenOf(answer: Uint8Array): Uint8Array | string {
  const parsed = asn1js.fromBER(answer);
  if (parsed.offset !== answer.length || !(parsed.result instanceof asn1js.Sequence))
    return 'its answer is no timestamp response';
  let response: pkijs.TimeStampResp;
  try {
    response = new pkijs.TimeStampResp({ schema: parsed.result });
  } catch {
    return 'its answer is no timestamp response';
  }
  const { status, statusStrings } = response.status;
  if (status !== pkijs.PKIStatus.granted && status !== pkijs.PKIStatus.grantedWithMods) {
    const said = statusStrings?.map(({ valueBlock }) => valueBlock.value).join(' ');
    return `it refused (status ${status}${said === undefined ? '' : `: ${said.slice(0, 200)}`})`;
  }
  const token = parsed.result.valueBlock.value[1];
  return token === undefined ? 'its answer has no token' : new Uint8Array(token.valueBeforeDecodeView);
}
