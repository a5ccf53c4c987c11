// What came of cases: which were as wanted, where the others differ, and which policies no case made matter.
import type { CaseReport } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';
import { Diagnostics } from './diagnostics.tsx';

const words = text.cases;

type Result = CaseReport['results'][number];

export function CaseResults({
  report: { results, coverage },
}: {
  readonly report: Pick<CaseReport, 'results' | 'coverage'>;
}) {
  const passed = results.filter(({ ok }) => ok).length;
  const covered = coverage.filter(({ state }) => state === 'matched').length;
  return (
    <>
      <Section title={words.results}>
        <p role="status" className="mb-2">
          {words.passed(passed, results.length)}
        </p>
        <ul className="space-y-2">
          {results
            .toSorted((a, b) => Number(a.ok) - Number(b.ok))
            .map((result) => (
              <li key={`${result.line}:${result.column} ${result.name}`}>
                <OneCase result={result} />
              </li>
            ))}
        </ul>
      </Section>
      {coverage.length > 0 && (
        <Section title={words.coverage}>
          <p className="mb-2">{words.covered(covered, coverage.length)}</p>
          <table className="w-full text-left" aria-label={words.coverage}>
            <TableHead
              columns={[
                { title: words.policy },
                { title: words.kind, className: 'max-sm:hidden' },
                { title: words.matched, className: 'text-right' },
              ]}
            />
            <tbody>
              {coverage.map(({ id, kind, matched, state }) => (
                <tr key={id}>
                  <th scope="row" className="py-0.5 pr-3 font-mono text-xs font-normal wrap-anywhere">
                    {id}
                  </th>
                  <td className="pr-3 max-sm:hidden">{kind}</td>
                  <td className={`text-right tabular-nums ${state === 'matched' ? '' : 'text-hold'}`}>
                    {state === 'matched' ? matched : words.states[state]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
    </>
  );
}

function OneCase({
  result: { name, ok, line, differences, sentence, nearest, diagnostics },
}: {
  readonly result: Result;
}) {
  return (
    <div className="rounded-md border border-line px-3 py-1.5">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Badge
          sign={ok ? { tone: 'allow', label: words.asWanted } : { tone: 'deny', label: words.notAsWanted }}
        />
        <span className="min-w-0 flex-1 wrap-anywhere">
          <PlainText text={name} />
        </span>
        <span className="text-muted">{words.line(line)}</span>
      </p>
      {differences.length > 0 && (
        <table className="mt-1 w-full text-left text-xs" aria-label={words.differences(name)}>
          <TableHead columns={[{ title: words.part }, { title: words.wanted }, { title: words.got }]} />
          <tbody className="align-top">
            {differences.map(({ part, wanted, got }) => (
              <tr key={part}>
                <th scope="row" className="pr-3 font-normal">
                  {part}
                </th>
                <td className="pr-3 font-mono wrap-anywhere">{shown(wanted)}</td>
                <td className="font-mono wrap-anywhere">{shown(got)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!ok && sentence !== null && (
        <p className="mt-1 text-muted wrap-anywhere">
          <PlainText text={sentence} />
        </p>
      )}
      {!ok &&
        nearest.map(({ id, failed }) => (
          <p key={id} className="text-muted wrap-anywhere">
            {words.nearest(id)}: <PlainText text={failed.join('; ')} />
          </p>
        ))}
      {diagnostics.length > 0 && <Diagnostics items={diagnostics} />}
    </div>
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined
    ? words.nothing
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
