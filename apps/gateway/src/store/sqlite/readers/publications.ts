import type Database from 'better-sqlite3';
import type { CosignedRecord, PublicationReader, PublicationRecord } from '../../readers/publications.ts';

type CosignedRow = Omit<CosignedRecord, 'isQuorumMet'> & { readonly met: number };

export function createPublicationReader(db: Database.Database): PublicationReader {
  const all = db.prepare<[], PublicationRecord>(
    `SELECT target, kind, name, size, proof, result, accepted_at AS acceptedAt, tried_at AS triedAt,
       failing_since AS failingSince, failures, error FROM publications ORDER BY kind, name, target`,
  );
  const columns = 'SELECT size, note, met, time FROM cosigned';
  const newest = db.prepare<[], CosignedRow>(`${columns} WHERE met = 1 ORDER BY size DESC LIMIT 1`);
  const from = db.prepare<[number], CosignedRow>(
    `${columns} WHERE met = 1 AND size >= ? ORDER BY size LIMIT 1`,
  );
  const exact = db.prepare<[number], CosignedRow>(`${columns} WHERE size = ?`);
  return {
    all: async () => all.all(),
    newestCosigned: async () => recordOf(newest.get()),
    cosignedFrom: async (size) => recordOf(from.get(size)),
    cosigned: async (size) => recordOf(exact.get(size)),
  };
}

function recordOf(row: CosignedRow | undefined): CosignedRecord | null {
  if (row === undefined) return null;
  const { met, ...rest } = row;
  return { ...rest, isQuorumMet: met === 1 };
}
