// What occurred most, with how it went: each name leads to its calls.
import type { ReactNode } from 'react';
import type { Tally } from '../../../api/types.ts';
import { count } from '../../log/model/verification.ts';
import { tallyText } from '../../tallies/model/standings.ts';
import { TallyBar } from '../../tallies/ui/tally-bar.tsx';
import { text } from '../text.ts';

interface Row extends Tally {
  readonly key: string;
  readonly name: ReactNode;
}

export function TopTable({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const most = Math.max(...rows.map(({ calls }) => calls), 1);
  return (
    <section aria-label={title} className="min-w-0 border-t border-line px-4 py-3">
      <h2 className="eyebrow mb-1">{title}</h2>
      {rows.length === 0 ? (
        <p className="text-muted">{text.none}</p>
      ) : (
        <table className="w-full table-fixed text-left">
          <thead className="sr-only">
            <tr>
              <th scope="col">{text.name}</th>
              <th scope="col">{text.calls}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row" className="w-1/2 truncate py-1 pr-3 font-normal">
                  {row.name}
                </th>
                <td className="py-1">
                  <span className="flex items-center gap-2" title={tallyText(row)}>
                    <TallyBar tally={row} share={row.calls / most} />
                    <span className="w-12 flex-none text-right tabular-nums">{count(row.calls)}</span>
                    <span className="sr-only">{tallyText(row)}</span>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
