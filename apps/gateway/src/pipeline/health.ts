// Whether this node may serve. Once an outcome could not be recorded the node leaves service and stays out: only a
// restart, which reads the spill file and the log, brings it back (DESIGN section 5).

export interface Health {
  /** Null while the node may serve; else why it may not. */
  fault(): string | null;
  fail(reason: string): void;
}

/** @param store why the log cannot be written at this moment; null while it can: that passes by itself. */
export function createHealth(store: () => string | null, onFault: (reason: string) => void): Health {
  let fault: string | null = null;
  return {
    fault: () => fault ?? store(),
    fail(reason) {
      if (fault !== null) return;
      fault = reason;
      onFault(reason);
    },
  };
}
