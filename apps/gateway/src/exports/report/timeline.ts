// The picture of a chain: one row a call, indented as it was called, from its first entry to its last. Plain SVG with
// classes for colours; the table of calls beneath says the same in words.
import { shortened } from '../text.ts';
import { html, type Markup } from './markup.ts';
import type { ReportedCall } from './model.ts';
import { agentName, durationOf, targetName, verdictOf } from './words.ts';

const WIDTH = 960;
const ROW = 34;
const HEAD = 26;
const LABELS = 430;
const INDENT = 18;
const RIGHT = 12;
const MAX_DEPTH = 8;
/** More rows than this are no picture any more. */
const MAX_ROWS = 200;

export function timeline(calls: readonly ReportedCall[]): Markup {
  const shown = calls.slice(0, MAX_ROWS);
  const from = Math.min(...shown.map(({ startedAt }) => startedAt));
  const to = Math.max(...shown.map(({ endedAt }) => endedAt));
  const span = Math.max(1, to - from);
  const scale = (us: number): number => LABELS + ((us - from) / span) * (WIDTH - LABELS - RIGHT);
  const height = HEAD + shown.length * ROW + 8;
  const title = `${calls.length === 1 ? 'One call' : `${calls.length} calls`} within ${durationOf(span)}`;
  const rest = calls.length - shown.length;
  return html`<figure>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="timeline-title timeline-text">
<title id="timeline-title">${title}</title>
<desc id="timeline-text">Each row is a call, indented under the call that made it. The table of calls says the same in words.</desc>
${axis(span, height)}
${shown.map((call, at) => callRow(call, at, shown, scale))}
</svg>
<figcaption>${title}. ${rest > 0 ? `The first ${MAX_ROWS} are drawn, ${rest} are only in the table.` : null}</figcaption>
</figure>`;
}

function axis(span: number, height: number): Markup[] {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const x = round(LABELS + part * (WIDTH - LABELS - RIGHT));
    const anchor = part === 0 ? 'start' : part === 1 ? 'end' : 'middle';
    return html`<line class="grid" x1="${x}" y1="${HEAD - 6}" x2="${x}" y2="${height - 6}"/>
<text class="tick" x="${x}" y="13" text-anchor="${anchor}">${part === 0 ? '0' : `+${durationOf(Math.round(span * part))}`}</text>`;
  });
}

function callRow(
  call: ReportedCall,
  at: number,
  shown: readonly ReportedCall[],
  scale: (us: number) => number,
): Markup {
  const y = HEAD + at * ROW;
  const middle = y + ROW / 2;
  const indent = Math.min(call.level, MAX_DEPTH) * INDENT;
  const { tone, sign } = verdictOf(call);
  const start = scale(call.startedAt);
  const end = Math.max(start + 4, scale(call.endedAt));
  const room = Math.floor((LABELS - indent - 52) / 6.6);
  const name = shortened(`${agentName(call)} → ${targetName(call)}`, Math.max(8, room));
  return html`<g>
${at % 2 === 0 ? html`<rect class="band" x="0" y="${y}" width="${WIDTH}" height="${ROW}"/>` : null}
${branch(call, at, shown)}
<circle class="dot ${tone}" cx="${indent + 14}" cy="${middle}" r="8"/>
<text class="sign" x="${indent + 14}" y="${middle + 3.5}" text-anchor="middle">${sign}</text>
<text class="name" x="${indent + 29}" y="${middle + 4}">${name}</text>
<rect class="bar ${tone}" x="${round(start)}" y="${middle - 7}" width="${round(end - start)}" height="14" rx="3"/>
${call.steps.map((step) => html`<line class="step" x1="${round(scale(step.entry.header.time))}" y1="${middle - 7}" x2="${round(scale(step.entry.header.time))}" y2="${middle + 7}"/>`)}
</g>`;
}

/** The line from the call that made this one. */
function branch(call: ReportedCall, at: number, shown: readonly ReportedCall[]): Markup | null {
  const parent = shown.findIndex(({ id }) => id === call.decided.facts.parent);
  if (parent < 0 || parent >= at) return null;
  const above = shown[parent];
  if (above === undefined) return null;
  const x = Math.min(above.level, MAX_DEPTH) * INDENT + 14;
  const from = HEAD + parent * ROW + ROW / 2 + 8;
  const to = HEAD + at * ROW + ROW / 2;
  return html`<path class="branch" d="M ${x} ${from} V ${to} H ${x + INDENT - 8}"/>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
