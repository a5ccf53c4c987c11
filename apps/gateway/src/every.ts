// A timer whose work never overlaps with itself and never keeps the process alive.

/** Runs `work` every `ms`; a run that fails is tried again at the next tick. Returns how to stop. */
export function every(ms: number, work: () => Promise<void>): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void work()
      .catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
      .finally(() => {
        isRunning = false;
      });
  }, ms);
  timer.unref();
  return () => clearInterval(timer);
}
