// Who makes room where memory is bounded: whoever has more than one may have, and, where all of it is too much, the one who
// has the most. So nobody pushes out what belongs to somebody else by having more. Keeps account only; what is given up, and
// how, is the caller's. Pure.

export interface CrowdLimits {
  /** Things, and their sizes together. */
  readonly each: { readonly count: number; readonly size: number };
  readonly all: { readonly count: number; readonly size: number };
}

export interface Crowd<Thing> {
  /** @param size in whatever the limits count; a thing that is there already has another size from now on. */
  put(owner: string, thing: Thing, size: number): void;
  delete(thing: Thing): void;
  /** What has to go now, the oldest of its owner; null where all is within its limits. */
  excess(): Thing | null;
}

interface Share<Thing> {
  /** Oldest first. */
  readonly sizes: Map<Thing, number>;
  size: number;
}

export function createCrowd<Thing>({ each, all }: CrowdLimits): Crowd<Thing> {
  const shares = new Map<string, Share<Thing>>();
  const owners = new Map<Thing, string>();
  /** Those who have more than each may have. */
  const above = new Set<string>();
  let size = 0;

  function weigh(owner: string, share: Share<Thing>): void {
    const isAbove = share.sizes.size > each.count || share.size > each.size;
    // What somebody has alone is for others to bound: it would be given up the moment it comes.
    if (isAbove && share.sizes.size > 1) above.add(owner);
    else above.delete(owner);
  }

  function remove(thing: Thing): void {
    const owner = owners.get(thing);
    const share = owner === undefined ? undefined : shares.get(owner);
    if (owner === undefined || share === undefined) return;
    const own = share.sizes.get(thing) ?? 0;
    share.sizes.delete(thing);
    owners.delete(thing);
    share.size -= own;
    size -= own;
    if (share.sizes.size === 0) shares.delete(owner);
    weigh(owner, share);
  }

  function largest(): Share<Thing> | undefined {
    let most: Share<Thing> | undefined;
    const part = (share: Share<Thing>) => Math.max(share.sizes.size / all.count, share.size / all.size);
    for (const share of shares.values()) if (most === undefined || part(share) > part(most)) most = share;
    return most;
  }

  return {
    put(owner, thing, own) {
      const share = shares.get(owner) ?? { sizes: new Map<Thing, number>(), size: 0 };
      const before = share.sizes.get(thing) ?? 0;
      shares.set(owner, share);
      owners.set(thing, owner);
      share.sizes.set(thing, own);
      share.size += own - before;
      size += own - before;
      weigh(owner, share);
    },
    delete: remove,
    excess() {
      const [crowded] = above;
      const isFull = owners.size > all.count || size > all.size;
      const share = crowded === undefined ? (isFull ? largest() : undefined) : shares.get(crowded);
      const [oldest] = share?.sizes.keys() ?? [];
      return oldest ?? null;
    },
  };
}
