// Runs rows of the table of bundles over drawn logs. For tests only.

import * as fc from 'fast-check';
import { utf8 } from '../../bytes.ts';
import type { BundleReport } from '../../bundle/report.ts';
import { verifyBundle } from '../../bundle/verify.ts';
import type { Failure } from '../types.ts';
import { BUNDLE_DEEDS, type Spoilt } from './bundle-deeds.ts';
import { bundleOf, fileOf } from './bundle-scene.ts';
import { BUNDLE_EVIDENCE, type BUNDLE_ROWS, BUNDLE_WORDS, type BundleEvidence } from './bundle-table.ts';
import { checked } from './matrix.ts';
import { anyDraw, type Scene, sceneOf } from './scene.ts';
import { log } from './world.ts';

type Row = (typeof BUNDLE_ROWS)[number];

interface Findings {
  readonly report: BundleReport;
  readonly codes: readonly string[];
}

/** Why a row does not hold, for people; null where it holds. */
export async function bundleRowProblem(row: Row, runs: number, seed?: number): Promise<string | null> {
  const deed = BUNDLE_DEEDS[row.deed];
  if (deed === undefined) throw new TypeError(`nobody knows how to \`${row.deed}\``);
  return checked(fc.tuple(anyDraw, fc.boolean()), runs, seed, async ([draw, isRange]) => {
    const scene = await sceneOf(draw);
    const bundle = await bundleOf(scene, isRange);
    const spoilt = await deed(bundle);
    if (spoilt === null) return 'nothing to do';
    const isOwn = spoilt.file === fileOf(bundle.lines);
    if (isOwn) return 'nothing to do';
    for (const evidence of BUNDLE_EVIDENCE) {
      const findings = await auditBundle(spoilt.file, evidence, scene);
      const problem = problemWith(row, evidence, scene, spoilt, findings);
      if (problem !== null) return problem;
    }
    return null;
  });
}

/** The honest bundle, which every auditor must find consistent. */
export async function honestBundleProblem(runs: number): Promise<string | null> {
  return checked(fc.tuple(anyDraw, fc.boolean()), runs, undefined, async ([draw, isRange]) => {
    const scene = await sceneOf(draw);
    const file = fileOf((await bundleOf(scene, isRange)).lines);
    for (const evidence of BUNDLE_EVIDENCE) {
      const { codes } = await auditBundle(file, evidence, scene);
      if (codes.length > 0)
        return `the honest bundle has ${codes.join(', ')} for an auditor with ${evidence}`;
    }
    return null;
  });
}

async function auditBundle(file: string, evidence: BundleEvidence, { held }: Scene): Promise<Findings> {
  const failures: Failure[] = [];
  const outside = { vkeys: [log.vkey], keysFrom: 'outside' } as const;
  const report = await verifyBundle([utf8(file)], {
    ...(evidence === 'nothing' ? {} : outside),
    ...(evidence === 'anchor' ? { external: [held.anchor] } : {}),
    onFailure: (failure) => failures.push(failure),
  });
  return { report, codes: failures.map(({ code }) => code) };
}

function problemWith(
  { deed, by, cells }: Row,
  evidence: BundleEvidence,
  { held }: Scene,
  { same = 0 }: Spoilt,
  { report, codes }: Findings,
): string | null {
  const { found, says } = cells[evidence];
  // What is held is a true beginning of what was rewritten after it.
  const isBefore = evidence === 'anchor' && by === 'keys' && held.size <= same;
  const isFound = found.length > 0 && !isBefore;
  const missing = says.filter((name) => !report.notProven.includes(BUNDLE_WORDS[name] ?? name));
  const isRight = isFound
    ? report.verdict === 'broken' && codes.some((code) => found.includes(code))
    : report.verdict === 'consistent' && codes.length === 0 && missing.length === 0;
  if (isRight) return null;
  return [
    `somebody does this to a bundle (${by}): ${deed}; the auditor holds: ${evidence}`,
    `the table says: ${isFound ? found.join(' or ') : `nothing is found, and the report says ${says.join(', ')}`}`,
    `found: ${codes.join(', ') || 'nothing'}; the verdict is \`${report.verdict}\``,
    ...missing.map((name) => `the report does not say: ${BUNDLE_WORDS[name]}`),
  ].join('\n');
}
