// The committed list of A2A operations whose results differ through the gateway, each with the reason. It can only shrink: a difference
// outside it is a failure, and so is a line of it that is no longer true.
import type { A2aFinding } from './a2a-prove.ts';

/** `JSONRPC 1.0` → operation → why. */
export type A2aDiffers = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const differing = ({ direct, through }: A2aFinding): boolean => direct !== through;

/** Sentences about what is wrong; none is what is wanted. */
export function a2aProblemsOf(findings: readonly A2aFinding[], differs: A2aDiffers): string[] {
  const problems = findings.flatMap((finding) => {
    const { operation, way, direct, through } = finding;
    const isListed = differs[way]?.[operation] !== undefined;
    if (differing(finding) && !isListed)
      return [`${way}: ${operation} was ${oneLine(direct)} and is ${oneLine(through)} through the gateway`];
    if (!differing(finding) && isListed)
      return [`${way}: ${operation} does not differ any more: take it out of the list`];
    return [];
  });
  const known = new Set(findings.map(({ operation, way }) => `${way}: ${operation}`));
  for (const [way, listed] of Object.entries(differs)) {
    for (const operation of Object.keys(listed)) {
      if (!known.has(`${way}: ${operation}`))
        problems.push(`the list names \`${way}: ${operation}\`, which there is none of`);
    }
  }
  return problems;
}

/** The list without what differs no more. */
export function a2aShrunk(findings: readonly A2aFinding[], differs: A2aDiffers): A2aDiffers {
  const now = new Set(findings.filter(differing).map(({ operation, way }) => `${way}: ${operation}`));
  const left = Object.entries(differs).map(([way, listed]) => {
    const kept = Object.entries(listed).filter(([operation]) => now.has(`${way}: ${operation}`));
    return [way, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(left.filter(([, listed]) => Object.keys(listed).length > 0));
}

const oneLine = (json: string): string => json.replaceAll(/\s*\n\s*/g, ' ');
