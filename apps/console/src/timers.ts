// Waiting, as parts that are tested without a browser take it.

/** Runs `task` once after `ms`; returns what cancels it. */
export function defer(task: () => void, ms: number): () => void {
  const timer = window.setTimeout(task, ms);
  return () => window.clearTimeout(timer);
}
