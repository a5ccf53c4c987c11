// Decisions then by decisions with the draft, as the table that it is. What a cell means is written in it.
import { Badge } from '../../../ui/badge.tsx';
import { decisionSign } from '../../calls/model/wording.ts';
import { type Cell, DECISIONS, matrixOf, type Replay, type Risk } from '../model/matrix.ts';
import { text } from '../text.ts';

const words = text.history;

const LOOK: Readonly<Record<Risk, string>> = {
  opens: 'bg-hold-soft text-hold font-medium',
  closes: 'bg-selected font-medium',
  same: 'text-muted',
};

export function Matrix({ replay }: { readonly replay: Replay }) {
  return (
    <table aria-label={words.matrix} className="w-full max-w-xl border-separate border-spacing-1 text-right">
      <thead>
        <tr>
          <th scope="col" className="text-left font-normal text-muted">
            {words.before}
          </th>
          {DECISIONS.map((to) => (
            <th key={to} scope="col" className="font-normal">
              <span className="sr-only">{words.withDraft} </span>
              <Badge sign={decisionSign(to)} />
            </th>
          ))}
          <th scope="col" className="font-normal text-muted">
            {words.total}
          </th>
        </tr>
      </thead>
      <tbody>
        {matrixOf(replay).map(({ from, cells, total }) => (
          <tr key={from}>
            <th scope="row" className="text-left font-normal">
              <Badge sign={decisionSign(from)} />
            </th>
            {cells.map((cell) => (
              <Count key={cell.to} cell={cell} />
            ))}
            <td className="px-2 py-1 text-muted tabular-nums">{total.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Count({ cell: { count, risk } }: { readonly cell: Cell }) {
  return (
    <td className={`rounded px-2 py-1 tabular-nums ${count === 0 ? 'text-muted' : LOOK[risk]}`}>
      {count.toLocaleString('en')}
      {count > 0 && <span className="block text-2xs font-normal">{words.risks[risk]}</span>}
    </td>
  );
}
