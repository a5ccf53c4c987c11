// All checks of `countersign log fsck`, in the order of the report.
import { chainCheck } from './chains.ts';
import type { Check } from './check.ts';
import { checkpointCheck } from './checkpoints.ts';
import { countCheck } from './counts.ts';
import { databaseCheck } from './database.ts';
import { entryCheck } from './entries.ts';
import { headCheck } from './head.ts';
import { projectionCheck } from './projection.ts';
import { schemaCheck } from './schema.ts';
import { tileCheck } from './tiles.ts';

export const CHECKS: readonly Check[] = [
  databaseCheck,
  schemaCheck,
  entryCheck,
  tileCheck,
  checkpointCheck,
  headCheck,
  chainCheck,
  projectionCheck,
  countCheck,
];
