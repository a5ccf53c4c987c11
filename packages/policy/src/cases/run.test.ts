import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { readCases } from './read.ts';
import { runCases, type RunOptions } from './run.ts';
import type { CaseReport } from './types.ts';

const SET = `
@id("p") permit (principal, action, resource) when { principal.risk < 3 };
@id("q") permit (principal, action, resource) when { principal.team == Team::"growth" };
@id("f") forbid (principal, action, resource) when { principal.environment == "staging" };
@id("g") @approve("finance") forbid (principal, action, resource) when { context.exposure.labels.contains("pii") };
@id("e") permit (principal, action, resource) when { principal.risk * 4611686018427387904 > 0 };
@id("n") forbid (principal, action in Action::"a2a", resource);
`;
const REGISTERED = {
  servers: [{ name: 'crm', tools: [{ name: 'get_customer', inputSchema: {} }] }],
  groups: ['finance'],
  teams: ['growth'],
};

function run(cases: string, options: Partial<RunOptions> = {}): CaseReport {
  const read = readCases({ file: 'a.yaml', text: cases });
  if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
  const sources = [{ file: 'set.cedar', text: SET }];
  return runCases(read.cases, { sources, registered: REGISTERED, sha256Hex, ...options });
}

describe('a case', () => {
  test('that comes out as wanted passes', () => {
    const report = run('- name: a\n  want: { outcome: allow, determining: [p] }');
    expect(report.ok).toBe(true);
    expect(report.results).toMatchObject([{ name: 'a', ok: true, line: 1, differences: [] }]);
  });

  test('that does not, says part by part what was wanted and what came, with sentence and nearest permits', () => {
    const report = run(
      '- name: a\n  facts: { principal: { risk: 3 } }\n  want: { outcome: allow, reason: permitted }',
    );
    expect(report.ok).toBe(false);
    expect(report.results[0]).toMatchObject({
      ok: false,
      differences: [
        { part: 'outcome', wanted: 'allow', got: 'deny' },
        { part: 'reason', wanted: 'permitted', got: 'no_permit' },
      ],
      sentence: expect.stringMatching(/^Agent triage .* denied: no policy permits it\.$/),
      nearest: expect.arrayContaining([expect.objectContaining({ id: 'p', failed: ['principal.risk < 3'] })]),
    });
  });

  test('wants ids in any order', () => {
    const report = run(
      '- name: a\n  facts: { exposure: { labels: [pii] } }\n  want: { outcome: hold, determining: [p, g], guards: [g] }',
    );
    expect(report.results[0]?.differences).toEqual([]);
  });

  test('about a set that is refused fails with the diagnostics, unless that is what it wants', () => {
    const sources = [{ file: 'set.cedar', text: 'permit (principal, action, resource);' }];
    const failed = run('- name: a\n  want: { outcome: deny }', { sources });
    expect(failed.results[0]).toMatchObject({
      ok: false,
      sentence: null,
      diagnostics: [{ file: 'set.cedar', line: 1 }],
    });
    expect(run('- name: a\n  want: { refused: no `@id` }', { sources }).ok).toBe(true);
    expect(run('- name: a\n  want: { refused: something else }', { sources }).ok).toBe(false);
    expect(run('- name: a\n  want: { refused: no `@id` }').ok).toBe(false);
  });

  test('that declares a catalogue is typed by that, and not by what is registered', () => {
    const report = run(
      '- name: a\n  catalogue: { tools: { crm/get_customer: {} } }\n  want: { outcome: allow }',
    );
    expect(report.results[0]?.diagnostics[0]?.message).toMatch(/not a registered group|not registered/);
  });
});

describe('coverage', () => {
  const report = run(
    [
      '- { name: a, want: { outcome: allow } }',
      '- { name: b, facts: { principal: { environment: staging } }, want: { outcome: deny, determining: [f] } }',
      '- { name: c, facts: { exposure: { labels: [pii] } }, want: { outcome: hold } }',
      '- { name: d, policies: \'@id("own") permit (principal, action, resource);\', want: { outcome: allow } }',
    ].join('\n'),
  );

  test('counts what matched, also a permit under a forbid that won', () => {
    expect(
      Object.fromEntries(report.coverage.map(({ id, state, matched }) => [id, [state, matched]])),
    ).toEqual({
      e: ['only_errored', 0],
      f: ['matched', 1],
      g: ['matched', 1],
      n: ['never_matched', 0],
      p: ['matched', 3],
      q: ['never_matched', 0],
    });
  });

  test('tells permits, forbids and guards apart, with their places', () => {
    const kinds = report.coverage.map(({ id, kind, file, line }) => [id, kind, `${file}:${line}`]);
    expect(kinds).toEqual([
      ['e', 'permit', 'set.cedar:6'],
      ['f', 'forbid', 'set.cedar:4'],
      ['g', 'guard', 'set.cedar:5'],
      ['n', 'forbid', 'set.cedar:7'],
      ['p', 'permit', 'set.cedar:2'],
      ['q', 'permit', 'set.cedar:3'],
    ]);
  });

  test('is not made by an engine that died, and the cases are decided all the same', () => {
    let opened = 0;
    const report = run('- { name: a, want: { outcome: allow } }', {
      open: () => {
        opened += 1;
        const cedar = openCedar();
        const dead: Cedar = {
          ...cedar,
          statefulIsAuthorized: () => {
            throw new Error('unreachable executed');
          },
        };
        return openedForCoverage(opened) ? dead : cedar;
      },
    });
    expect(report.ok).toBe(true);
    expect(report.coverage.every(({ state }) => state === 'never_matched')).toBe(true);
  });
});

/** One instance compiles, one decides; the third counts. */
function openedForCoverage(nth: number): boolean {
  return nth === 3;
}
