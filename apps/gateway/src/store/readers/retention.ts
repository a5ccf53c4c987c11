// How far retention has got.

export interface RetentionReader {
  /** Index of the first entry that a rule has not looked at. */
  next(rule: string): Promise<number>;
}
