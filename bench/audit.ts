// The audit log: appending, starting, verifying, proving and searching.
import { appendFigures } from './audit-append.ts';
import { benchSearch } from './audit-search.ts';
import { proofFigures } from './audit-tree.ts';
import { bundleFigures, verifyFigures } from './audit-verify.ts';

export async function benchAudit(options: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const { quick, tell } = options;
  return {
    ...(await appendFigures({ entries: quick ? 20_000 : 200_000, tell })),
    ...(await bundleFigures({ tell })),
    ...(await proofFigures(options)),
    ...(await benchSearch(options)),
    ...(await verifyFigures({ entries: quick ? 50_000 : 1_000_000, tell })),
  };
}
