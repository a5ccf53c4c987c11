// Where an embedded node keeps its state: everything lies under one data folder (DESIGN section 11).
import { join } from 'node:path';

export interface DataPaths {
  readonly database: string;
  /** Held locked by the process that owns the folder. */
  readonly lock: string;
  /** The last signed head, outside the database, so that a database put back from a backup is noticed. */
  readonly checkpoint: string;
}

export function dataPaths(dataDir: string): DataPaths {
  return {
    database: join(dataDir, 'countersign.db'),
    lock: join(dataDir, 'writer.lock'),
    checkpoint: join(dataDir, 'checkpoint'),
  };
}
