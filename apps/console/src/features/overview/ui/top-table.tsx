// What occurred most, with how it went: each name leads to its calls.
import type { ReactNode } from 'react';
import type { Tally } from '../../../api/types.ts';
import { TallyCount } from '../../tallies/ui/tally-count.tsx';
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
                  <TallyCount tally={row} most={most} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
