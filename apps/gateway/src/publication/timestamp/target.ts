// A timestamp authority (RFC 3161 over HTTP) as a holder of checkpoints: it keeps nothing, and gives a token that proves that
// the checkpoint existed. What is stamped is the note as the log signed it, without cosignatures.
import type { Certificate } from 'pkijs';
import { request } from '../http.ts';
import { failed, type Target } from '../types.ts';
import { timestampRequest, tokenOf } from './request.ts';
import { verifyTimestamp } from './verify.ts';

const MAX_ANSWER_BYTES = 256 * 1024;
/** Between the authority's clock and this one: a checkpoint is stamped when it is made, not at another time. */
const MAX_SKEW_MS = 300_000;

export function timestampTarget(options: {
  readonly url: string;
  readonly roots: readonly Certificate[];
  readonly now: () => number;
}): Target {
  const { url, roots, now } = options;
  return {
    id: url,
    kind: 'timestamp',
    name: url,
    async publish(head, _known, signal) {
      const message = new TextEncoder().encode(head.note);
      const { body, nonce } = timestampRequest(message);
      const asked = now();
      const answer = await request(
        url,
        { method: 'POST', type: 'application/timestamp-query', body },
        { maxBytes: MAX_ANSWER_BYTES, signal },
      );
      if (typeof answer === 'string') return failed('unreachable', answer);
      if (answer.status !== 200)
        return failed(
          answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'refused',
          `it answered ${answer.status}`,
        );
      const token = tokenOf(answer.body);
      if (typeof token === 'string') return failed('refused', token);
      const stamp = await verifyTimestamp(token, { message, roots, nonce });
      if (!stamp.ok) return failed('refused', stamp.error);
      const { time } = stamp.value;
      if (time < asked - MAX_SKEW_MS || time > now() + MAX_SKEW_MS)
        return failed(
          'refused',
          `its clock says ${new Date(time).toISOString()}: it or this machine's clock is wrong`,
        );
      return { result: 'accepted', head, proof: token, cosignature: null };
    },
  };
}
