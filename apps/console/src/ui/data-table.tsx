// A list of things as a table: a head that stays in sight, and columns that give way where there is no room for them. A row's
// cells hide by the same classes as their heads.
import type { ReactNode } from 'react';

/** From which width of its place on a column is shown. */
export const SHOWN_FROM = {
  lg: 'hidden @lg:table-cell',
  xl: 'hidden @xl:table-cell',
  '2xl': 'hidden @2xl:table-cell',
  '3xl': 'hidden @3xl:table-cell',
  '4xl': 'hidden @4xl:table-cell',
} as const;

export interface Column {
  readonly title: string;
  /** Always, where it is left out. */
  readonly from?: keyof typeof SHOWN_FROM;
}

interface Props {
  readonly label: string;
  readonly columns: readonly Column[];
  /** Whether a bar stands above it that stays in sight, too. */
  readonly isBelowBar?: boolean;
  /** Its rows. */
  readonly children: ReactNode;
}

export function DataTable({ label, columns, isBelowBar = false, children }: Props) {
  return (
    <table aria-label={label} className="w-full border-separate border-spacing-0 text-left">
      <thead>
        <tr>
          {columns.map(({ title, from }) => (
            <th
              key={title}
              scope="col"
              className={`column ${isBelowBar ? '' : 'top-0'} ${from === undefined ? '' : SHOWN_FROM[from]}`}
            >
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
