// What is masked in whatever a session, task or context still brings back (DESIGN section 6).

export interface MaskReader {
  /** Paths that any of the holders carries, sorted. */
  held(holders: readonly string[]): Promise<readonly string[]>;
}
