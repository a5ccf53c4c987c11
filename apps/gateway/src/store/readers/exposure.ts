// What data agents, subjects and chains have touched, as policy sees it (DESIGN section 6).

export interface ExposureReader {
  /** Labels that any of the holders (agent uids, subject keys) is exposed to at `now` (milliseconds since the epoch). */
  exposure(holders: readonly string[], now: number): Promise<readonly string[]>;
  chainLabels(chain: string): Promise<readonly string[]>;
}
