// The calls of a report in words: a table of all, then each with who and why, the policies and what they read, the people
// who were asked, and its entries.
import { detailObject, detailText, member } from '../entry.ts';
import { isTakenBack } from '../facts.ts';
import { block, html, jsonBlock, type Markup, value } from './markup.ts';
import type { ReportedCall, ReportedPolicy, ReportedStep } from './model.ts';
import {
  agentName,
  badge,
  codeRow,
  durationOf,
  row,
  targetName,
  timeOf,
  timeRow,
  verdictOf,
} from './words.ts';

/** It names every agent, person and policy: the one thing that is always shown whole. */
const MAX_SENTENCE = 4000;

export function callTable(calls: readonly ReportedCall[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All calls"><table>
<thead><tr><th scope="col">#</th><th scope="col">Time (UTC)</th><th scope="col">Agent</th><th scope="col">Called</th><th scope="col">Decision</th><th scope="col">Outcome</th><th scope="col" class="number">Duration</th></tr></thead>
<tbody>${calls.map((call, at) => callLine(call, at + 1))}</tbody>
</table></div>`;
}

function callLine(call: ReportedCall, number: number): Markup {
  const took = call.steps.findLast(({ facts }) => facts.durationUs !== null)?.facts.durationUs ?? null;
  return html`<tr><td><a href="#call-${number}">${number}</a></td><td class="nowrap">${timeOf(call.startedAt)}</td><th scope="row">${value(agentName(call))}</th><td>${value(targetName(call))}</td><td class="nowrap">${badge(verdictOf(call))}</td><td>${outcomeText(call)}</td><td class="number">${took === null ? '–' : durationOf(took)}</td></tr>`;
}

function firstByteOf({ steps }: ReportedCall): string | null {
  const us = steps.findLast(({ facts }) => facts.firstByteUs !== null)?.facts.firstByteUs ?? null;
  return us === null ? null : durationOf(us);
}

export function callSection(call: ReportedCall, number: number): Markup {
  const { facts } = call.decided;
  return html`<article id="call-${number}" aria-labelledby="call-${number}-title">
<header><h3 id="call-${number}-title"><span class="ordinal">${number}</span> ${value(agentName(call))} <span aria-hidden="true">→</span><span class="unseen"> called </span> ${value(targetName(call))}</h3>${badge(verdictOf(call))}</header>
${call.sentence === null ? null : html`<p class="sentence">${value(call.sentence, '', MAX_SENTENCE)}</p>`}
<dl>
${row('Agent', facts.agent.name)}
${row('Owner', joined(facts.owner, facts.team))}
${row('On behalf of', facts.subject)}
${row('Operation', facts.operation)}
${row('Reason', facts.reason?.replaceAll('_', ' ') ?? null)}
${row('Outcome', outcomeText(call))}
${row('HTTP status', statusOf(call))}
${row('First byte of the answer after', firstByteOf(call))}
${timeRow('Began (UTC)', call.startedAt)}
${row('Data labels', call.labels.join(', '))}
${codeRow('Call', call.id)}
${codeRow('Made in the course of', facts.parent)}
${codeRow('Approval', facts.approval)}
${codeRow('Policy set', facts.policySet)}
</dl>
${policiesPart(call.policies)}
${approvalsPart(call.steps)}
${call.request === null ? null : html`<h4>What was asked</h4>${jsonBlock(call.request)}`}
${call.result === null ? null : html`<h4>What came back</h4>${jsonBlock(call.result)}`}
${call.error === null ? null : html`<h4>Error</h4>${block(call.error)}`}
<h4>Entries</h4>${entryTable(call.steps, `Entries of call ${number}`)}
</article>`;
}

function outcomeText(call: ReportedCall): string {
  if (call.outcome !== null) return call.outcome.replaceAll('_', ' ');
  const { decision } = call.decided.facts;
  if (decision === 'deny') return 'not sent';
  if (decision !== 'hold') return 'none recorded';
  const answered = call.steps.findLast(({ entry }) => entry.header.kind.startsWith('approval.'))?.facts
    .outcome;
  // What was told to come back comes back as a call of its own, which uses the approval.
  return answered === 'approved' ? 'approved; a retry uses it' : (answered ?? 'waiting');
}

function statusOf({ steps }: ReportedCall): string | null {
  const status = steps.findLast(({ facts }) => facts.httpStatus !== null)?.facts.httpStatus ?? null;
  return status === null ? null : String(status);
}

function joined(owner: string | null, team: string | null): string | null {
  if (owner === null) return team;
  return team === null ? owner : `${owner}, team ${team}`;
}

function policiesPart(policies: readonly ReportedPolicy[]): Markup | null {
  if (policies.length === 0) return null;
  return html`<h4>Policies</h4>${policies.map(policyPart)}`;
}

function policyPart(policy: ReportedPolicy): Markup {
  const { id, effect, where, description, text, role, reads } = policy;
  return html`<div class="policy">
<p><strong>${value(id)}</strong> <span class="muted">${effect === null ? role : `${effect}: ${role}`}${where === null ? null : html` · ${value(where)}`}</span></p>
${description === null ? null : html`<p>${value(description)}</p>`}
${
  reads.length === 0
    ? null
    : html`<table class="reads"><caption>What it read</caption><thead><tr><th scope="col">Attribute</th><th scope="col">Value at the time</th></tr></thead><tbody>${reads.map(({ path, value: read }) => html`<tr><th scope="row"><code>${value(path)}</code></th><td><code>${value(read)}</code></td></tr>`)}</tbody></table>`
}
${text === null ? null : block(text)}
</div>`;
}

/** Who was asked, who answered what and why, in the order of the log. */
function approvalsPart(steps: readonly ReportedStep[]): Markup | null {
  const asked = steps.filter(({ entry }) => entry.header.kind.startsWith('approval.'));
  if (asked.length === 0) return null;
  return html`<h4>Approval</h4><ol class="approval">${asked.map(approvalStep)}</ol>`;
}

function approvalStep({ entry, facts }: ReportedStep): Markup | null {
  const { header } = entry;
  const reason = detailText(entry, 'reason');
  const why = reason === null ? null : html`: <q>${value(reason)}</q>`;
  switch (header.kind) {
    case 'approval.requested': {
      const people = header.body.quorum === 1 ? 'one person' : `${header.body.quorum} people`;
      return html`<li>${timeOf(header.time)} Asked for the approval of ${people}.</li>`;
    }
    case 'approval.reviewed': {
      const email = member(detailObject(entry, 'reviewer'), 'email');
      const who = facts.person.name ?? facts.person.id;
      const did = header.body.verdict === 'approve' ? 'approved' : 'rejected';
      return html`<li>${timeOf(header.time)} <strong>${value(who)}</strong>${email === null ? null : html` (${value(email)})`} ${did}${why}. <span class="muted">The request is ${header.body.state}.</span></li>`;
    }
    case 'approval.closed': {
      const who = facts.person.name ?? facts.person.id;
      const did = !isTakenBack(header)
        ? 'The request ended'
        : html`${who === null ? 'Somebody' : html`<strong>${value(who)}</strong>`} took the approval back`;
      return html`<li>${timeOf(header.time)} ${did}${why}. <span class="muted">The request is ${header.body.state}.</span></li>`;
    }
    default:
      return null;
  }
}

export function entryTable(steps: readonly ReportedStep[], label: string): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="entries">
<thead><tr><th scope="col" class="number">Index</th><th scope="col">Time (UTC)</th><th scope="col">Kind</th><th scope="col">Leaf hash</th></tr></thead>
<tbody>${steps.map(
    ({ entry, facts }) =>
      html`<tr><th scope="row" class="number">${entry.index}</th><td class="nowrap">${timeOf(entry.header.time)}</td><td>${entry.header.kind}${wordOf(facts)}${gone(entry.erased)}</td><td><code class="hash">${entry.leaf}</code></td></tr>`,
  )}</tbody>
</table></div>`;
}

function wordOf({ decision, outcome }: ReportedStep['facts']): string | null {
  const word = decision ?? outcome;
  return word === null ? null : ` · ${word}`;
}

function gone(erased: readonly string[]): Markup | null {
  return erased.length === 0 ? null : html`<br><span class="muted">erased: ${erased.join(', ')}</span>`;
}
