// The words of a report: what a call is named, what its decision and its end are called. One place, so that the picture
// and the text never disagree.
import { isoTime } from '../text.ts';
import { html, type Markup, value } from './markup.ts';
import type { ReportedCall } from './model.ts';

export type Tone = 'allow' | 'deny' | 'hold' | 'plain';

export interface Verdict {
  readonly tone: Tone;
  readonly word: string;
  /** Told beside the colour, for whoever sees none. */
  readonly sign: string;
}

export function verdictOf({ decided, steps }: ReportedCall): Verdict {
  const wasHeld = steps.some(({ facts }) => facts.decision === 'hold');
  switch (decided.facts.decision) {
    case 'allow':
      return { tone: 'allow', word: wasHeld ? 'allowed after approval' : 'allowed', sign: '✓' };
    case 'deny':
      return { tone: 'deny', word: 'denied', sign: '✕' };
    case 'hold':
      return { tone: 'hold', word: 'held', sign: '‖' };
    case null:
      return { tone: 'plain', word: 'not decided', sign: '·' };
  }
}

export function badge({ tone, word, sign }: Verdict): Markup {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

export function agentName({ decided: { facts } }: ReportedCall): string {
  return facts.agent.name ?? shortId(facts.agent.id) ?? 'unregistered agent';
}

export function targetName({ decided: { facts } }: ReportedCall): string {
  const upstream = facts.upstream.name ?? shortId(facts.upstream.id);
  const { resource } = facts;
  if (resource === null || resource === upstream) return upstream ?? facts.operation ?? 'unknown';
  return upstream === null ? resource : `${upstream} / ${resource}`;
}

/** What can be told apart in a list: the last digits, since ids of one moment begin alike. The whole id stands with the entry. */
function shortId(id: string | null): string | null {
  return id === null ? null : id.replace(/^([a-z]+_)[0-9a-f]+([0-9a-f]{8})$/, '$1…$2');
}

/** UTC, to the millisecond. */
export function timeOf(us: number): Markup {
  const iso = isoTime(us);
  return html`<time datetime="${iso}">${`${iso.slice(0, 10)} ${iso.slice(11, 23)}`}</time>`;
}

export function durationOf(us: number): string {
  if (us < 1000) return `${us} µs`;
  if (us < 1_000_000) return `${Math.round(us / 1000)} ms`;
  if (us < 120_000_000) return `${(us / 1_000_000).toFixed(1)} s`;
  const minutes = Math.floor(us / 60_000_000);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A row of a description list, or nothing where nothing is known. */
export function row(name: string, text: string | null): Markup | null {
  return text === null || text === '' ? null : html`<div><dt>${name}</dt><dd>${value(text)}</dd></div>`;
}

/** The same for what is read by machines and compared by people: an id, a digest. */
export function codeRow(name: string, text: string | null): Markup | null {
  return text === null ? null : html`<div><dt>${name}</dt><dd><code>${value(text)}</code></dd></div>`;
}

export function timeRow(name: string, us: number): Markup {
  return html`<div><dt>${name}</dt><dd>${timeOf(us)}</dd></div>`;
}
