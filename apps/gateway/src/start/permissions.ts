// What agents may do by the policies in force and the catalogues as they are.
import type { PermissionDesk } from '../permissions/desk.ts';
import { createPermissionDesk } from '../permissions/desk.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { itemsOf } from '../upstreams/catalog.ts';
import type { Policy } from './policy.ts';
import type { Upstreams } from './upstreams.ts';

export function openPermissions(deps: {
  readonly registry: Registry;
  readonly policy: Pick<Policy, 'prospects'>;
  readonly upstreams: Pick<Upstreams, 'catalogs' | 'pins'>;
  readonly store: Store;
  readonly now: () => number;
}): PermissionDesk {
  const { registry, policy, upstreams, store, now } = deps;
  const { catalogs, pins } = upstreams;
  return createPermissionDesk({
    registry,
    prospects: policy.prospects,
    items: (server) => {
      const catalog = catalogs.catalog(server.uid);
      return (catalog === undefined ? [] : itemsOf(catalog)).map((item) => ({
        item,
        isAccepted: pins.standing(server, item) === 'accepted',
      }));
    },
    exposure: (holders, at) => store.readers.exposure.exposure(holders, at),
    now,
  });
}
