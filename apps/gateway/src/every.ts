// A timer whose work never overlaps with itself and never keeps the process alive.
import { warn } from './warnings.ts';

/** Runs `work` every `ms`; a run that fails is tried again at the next tick. Returns how to stop. */
export function every(ms: number, work: () => Promise<void>): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void work()
      .catch((error: unknown) => warn(String(error)))
      .finally(() => {
        isRunning = false;
      });
  }, ms);
  timer.unref();
  return () => clearInterval(timer);
}
