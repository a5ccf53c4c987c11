// What a report rests on: the checkpoint, the place of each entry under it, and the command that checks all of it. A page
// proves nothing by itself, and says so.
import type { Digest } from '@countersign/audit';
import type { ExportContext } from '../types.ts';
import { block, html, type Markup, value } from './markup.ts';
import type { ReportModel } from './model.ts';

export async function proofPart({ all }: ReportModel, context: ExportContext): Promise<Markup> {
  const { checkpoint, inclusion, origin } = context;
  const paths =
    checkpoint === null || inclusion === null
      ? null
      : await Promise.all(
          all
            .filter(({ entry }) => entry.index < checkpoint.size)
            .map(async ({ entry }) => ({
              index: entry.index,
              leaf: entry.leaf,
              path: await inclusion(entry.index),
            })),
        );
  const uncovered =
    checkpoint === null ? all.length : all.filter(({ entry }) => entry.index >= checkpoint.size).length;
  return html`<section aria-labelledby="proof"><h2 id="proof">Proof</h2>
<p>This page is a view. It proves nothing by itself: whoever made it could have written anything into it. What it says is in the log <code>${value(origin)}</code>, where each entry stands under its index with the leaf hash given here, and can be checked there or in a proof bundle of the same entries.</p>
<h3>Check it</h3>
${block(commands(context))}
<p class="note">Without <code>--trust</code>, or a checkpoint that somebody else held, a verifier can only say that the log agrees with itself.</p>
${checkpoint === null ? html`<p>No signed checkpoint covers these entries yet.</p>` : html`<h3>Checkpoint</h3><p>Signed over the first ${checkpoint.size} entries. ${uncovered === 0 ? 'All entries of this page are among them.' : `${uncovered} entries of this page are newer than it.`}</p>${block(checkpoint.note)}`}
${paths === null ? null : inclusionTable(paths, checkpoint?.size ?? 0)}
</section>`;
}

function commands({ query }: ExportContext): string {
  const chain = /\bchain_[0-9a-f]{32}\b/.exec(query)?.[0];
  return [
    `countersign export --format bundle ${chain === undefined ? '…' : `--chain ${chain}`} --out chain.bundle`,
    'countersign verify chain.bundle --trust trust-policy.txt',
  ].join('\n');
}

function inclusionTable(
  proofs: readonly { readonly index: number; readonly leaf: Digest; readonly path: readonly Digest[] }[],
  size: number,
): Markup {
  return html`<h3>Inclusion</h3>
<p>The path of each entry from its leaf to the root of ${size} entries, nearest first (RFC 6962).</p>
<ol class="paths">${proofs.map(
    ({ index, leaf, path }) =>
      html`<li><strong>Entry ${index}</strong> <code class="hash">${leaf}</code><br>${path.map((hash) => html`<code class="hash">${hash}</code> `)}</li>`,
  )}</ol>`;
}
