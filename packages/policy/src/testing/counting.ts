// Counts how often a value is looked at, for tests that bound the work done on hostile input. Wall clocks lie on a busy
// machine; this does not.

export interface Counted {
  readonly value: unknown;
  /** Reads of members, lists of names and tests for names, at any depth. */
  readonly reads: () => number;
}

export function counted(value: unknown): Counted {
  let reads = 0;
  const proxies = new WeakMap<object, object>();
  const wrap = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const known = proxies.get(part);
    if (known !== undefined) return known;
    const proxy = new Proxy(part, {
      get(target, name) {
        reads += 1;
        return wrap(Reflect.get(target, name));
      },
      has(target, name) {
        reads += 1;
        return Reflect.has(target, name);
      },
      ownKeys(target) {
        const names = Reflect.ownKeys(target);
        reads += names.length;
        return names;
      },
      getOwnPropertyDescriptor(target, name) {
        reads += 1;
        return Reflect.getOwnPropertyDescriptor(target, name);
      },
    });
    proxies.set(part, proxy);
    return proxy;
  };
  return { value: wrap(value), reads: () => reads };
}
