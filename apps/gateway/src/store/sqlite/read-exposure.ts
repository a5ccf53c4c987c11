// On the path of every call: prepared statements without a query builder in between.
import type Database from 'better-sqlite3';
import type { ExposureReader } from '../readers/exposure.ts';

export function createExposureReader(db: Database.Database): ExposureReader {
  const ofHolder = db
    .prepare<[string, number], string>('SELECT label FROM exposures WHERE holder = ? AND until > ?')
    .pluck();
  const ofChain = db
    .prepare<[string], string>('SELECT label FROM chain_labels WHERE chain = ? ORDER BY label')
    .pluck();
  return {
    exposure: async (holders, now) => {
      const labels = new Set<string>();
      for (const holder of holders) for (const label of ofHolder.all(holder, now)) labels.add(label);
      return [...labels].sort();
    },
    chainLabels: async (chain) => ofChain.all(chain),
  };
}
