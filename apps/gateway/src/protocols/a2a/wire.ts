// A2A's side of the pipeline: how it admits, refuses, parks and relays.
import { handOn } from '../../pipeline/pipeline.ts';
import { refusedWith } from '../../pipeline/receipted.ts';
import type { Wire } from '../../pipeline/wire.ts';
import { admitIds, type AdmitDeps } from './admit.ts';
import { refuseCall } from './answers.ts';
import type { IdSite } from './ids.ts';
import { isMessageCall } from './named.ts';
import { type ParkDeps, parkMessage } from './park.ts';
import { relay, type RelayDeps } from './relay.ts';

export type A2aWireDeps = AdmitDeps & ParkDeps & RelayDeps;

/** @param ids the tasks and contexts that the request names. */
export function a2aWire(deps: A2aWireDeps, ids: readonly IdSite[]): Wire {
  const wire: Wire = {
    admit: (call) => admitIds(call, ids, deps),
    refuse: refuseCall,
    async park(held, release) {
      if (isMessageCall(held.call)) return parkMessage(held, deps);
      // Anything else leaves no task behind: it waits as long as its caller can, and a retry redeems the grant.
      const released = await release(held.call.http.signal);
      if (!released.ok) return refuseCall(held.call, released.error);
      return handOn(released.value, wire, deps.pipeline);
    },
    async relay(call, settling) {
      const relayed = await relay(call, settling, deps);
      if (relayed.ok) return relayed.value;
      return refuseCall(call, await refusedWith(relayed.error, call, call.receipt, deps.pipeline));
    },
  };
  return wire;
}
