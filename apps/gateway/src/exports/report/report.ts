// The HTML report of a chain: one file that any browser shows and prints, with nothing to load and nothing to run. Every
// value in it is escaped, and its own policy forbids what could slip through (a strict Content-Security-Policy).
import { createHash } from 'node:crypto';
import { isoTime } from '../text.ts';
import { type ExportContext, ExportError, type ExportedEntry, type ExportFormat } from '../types.ts';
import { callSection, callTable, entryTable } from './calls.ts';
import { html, type Markup, value } from './markup.ts';
import { reportModel, type ReportModel } from './model.ts';
import { proofPart } from './proof.ts';
import { STYLE } from './style.ts';
import { timeline } from './timeline.ts';
import { agentName, codeRow, durationOf, row, timeRow } from './words.ts';

/** A page that people read; more is a table's business. */
const MAX_ENTRIES = 2000;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

export const report: ExportFormat = {
  what: 'a page for people, of one chain or a few calls: reads and prints without anything else',
  mediaType: 'text/html; charset=utf-8',
  extension: 'html',
  isSigned: false,
  async *write(entries, context) {
    const all: ExportedEntry[] = [];
    for await (const entry of entries) {
      if (all.length === MAX_ENTRIES) {
        throw new ExportError(
          `a report shows at most ${MAX_ENTRIES} entries: ask for one chain, or export \`csv\``,
        );
      }
      all.push(entry);
    }
    const model = await reportModel(all, context);
    yield* page(model, context);
  },
};

async function* page(model: ReportModel, context: ExportContext): AsyncGenerator<string, void> {
  const { calls, others } = model;
  const title = titleOf(context);
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`;
  yield html`<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} · Countersign</title>
`.text;
  yield `<style>${STYLE}</style>\n</head>\n<body>\n<main>\n`;
  yield head(title, model, context).text;
  if (calls.length > 0) {
    yield html`<section aria-labelledby="calls"><h2 id="calls">Calls</h2>${timeline(calls)}${callTable(calls)}</section>
<section aria-labelledby="each"><h2 id="each">Each call</h2>`.text;
    for (const [at, call] of calls.entries()) yield callSection(call, at + 1).text;
    yield '</section>\n';
  }
  if (others.length > 0) {
    yield html`<section aria-labelledby="others"><h2 id="others">Other entries</h2>${entryTable(others, 'Other entries of the log')}</section>
`.text;
  }
  yield (await proofPart(model, context)).text;
  yield html`<footer>Made by Countersign ${context.version} from the log ${value(context.origin)} at ${isoTime(context.exportedAt * 1000)}. Times are UTC.</footer>
</main>
</body>
</html>
`.text;
}

function head(
  title: string,
  model: ReportModel,
  { origin, query, untold, exportedAt }: ExportContext,
): Markup {
  const { calls, all } = model;
  const decided = (decision: string) =>
    calls.filter(({ decided: { facts } }) => facts.decision === decision).length;
  const agents = new Set(calls.map(({ decided: { facts } }) => facts.agent.id ?? 'unregistered'));
  const people = new Set(
    all.flatMap(({ entry, facts }) =>
      entry.header.kind === 'approval.reviewed' ? (facts.person.id ?? []) : [],
    ),
  );
  const [first] = calls;
  // What decisions rest on (a policy set, say) may be much older than the calls that are told of.
  const from = first?.startedAt ?? all[0]?.entry.header.time ?? 0;
  const to = all.at(-1)?.entry.header.time ?? from;
  return html`<header>
<p class="eyebrow">Countersign · record of calls</p>
<h1>${title}</h1>
<p class="lede">${first === undefined ? 'Entries of the audit log.' : html`Begun by ${value(agentName(first))}, told from the audit log: who acted, on whose behalf, which policy permitted it, who approved it, and what came of it.`}</p>
<dl class="tiles">
${tile('Calls', calls.length)}${tile('Allowed', decided('allow'))}${tile('Denied', decided('deny'))}${tile('Held', decided('hold'))}${tile('Agents', agents.size)}${tile('People asked', people.size)}${tile('Duration', durationOf(to - from))}
</dl>
<dl class="about">
${codeRow('Asked for', query)}
${row('Not in it', untold)}
${codeRow('Log', origin)}
${row('Entries', all.length === 0 ? 'none' : `${all.length}, index ${all[0]?.entry.index ?? 0} to ${all.at(-1)?.entry.index ?? 0}`)}
${timeRow('From (UTC)', from)}
${timeRow('To (UTC)', to)}
${timeRow('Exported (UTC)', exportedAt * 1000)}
</dl>
</header>
`;
}

function tile(name: string, figure: number | string): Markup {
  return html`<div><dt>${name}</dt><dd>${figure}</dd></div>`;
}

function titleOf({ query }: ExportContext): string {
  return /\bchain_[0-9a-f]{32}\b/.test(query) ? 'A chain of calls' : 'Calls on record';
}
