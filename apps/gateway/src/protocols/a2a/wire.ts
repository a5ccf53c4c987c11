// A2A's side of the pipeline: how it admits, refuses, parks and relays.
import { ok } from '../../errors.ts';
import { handOn } from '../../pipeline/pipeline.ts';
import { refusedWith } from '../../pipeline/receipted.ts';
import type { CallOutcome } from '../../pipeline/settle.ts';
import type { Wire } from '../../pipeline/wire.ts';
import { admitIds, type AdmitDeps } from './admit.ts';
import { refuseCall } from './answers.ts';
import type { IdSite } from './ids.ts';
import { isMessageCall } from './named.ts';
import { type ParkDeps, parkMessage } from './park.ts';
import type { Push } from './push/push.ts';
import type { Setting } from './push/setting.ts';
import { relay, type RelayDeps } from './relay.ts';
import { dressCall } from './send.ts';

export type A2aWireDeps = AdmitDeps & ParkDeps & RelayDeps & { readonly push: Push };

/** @param ids the tasks and contexts that the request names. */
export function a2aWire(deps: A2aWireDeps, ids: readonly IdSite[]): Wire {
  const { push } = deps;
  let setting: Setting | null = null;
  const wire: Wire = {
    async admit(call) {
      const admitted = await admitIds(call, ids, deps);
      if (!admitted.ok) return admitted;
      const planned = await push.plan(admitted.value);
      if (!planned.ok) return planned;
      ({ setting } = planned.value);
      return ok(planned.value.call);
    },
    async beforeSending(call) {
      const noted = await push.sending(call, setting);
      if (!noted.ok) return noted;
      push.open(call, null);
      return ok(call);
    },
    dress: (call) => dressCall(call, deps),
    refuse(call, rejection) {
      // Also where it could not be sent: no agent is at it.
      push.answered(call);
      return refuseCall(call, rejection);
    },
    async park(held, release) {
      if (isMessageCall(held.call)) return parkMessage(held, setting, deps);
      // Anything else leaves no task behind: it waits as long as its caller can, and a retry redeems the grant.
      const released = await release(held.call.http.signal);
      if (!released.ok) return refuseCall(held.call, released.error);
      return handOn(released.value, wire, deps.pipeline);
    },
    async relay(call, settling) {
      const settle = (outcome: CallOutcome) => {
        push.answered(call);
        return settling.settle(outcome);
      };
      const relayed = await relay(call, { settle }, deps);
      if (relayed.ok) return relayed.value;
      return refuseCall(call, await refusedWith(relayed.error, call, call.receipt, deps.pipeline));
    },
  };
  return wire;
}
