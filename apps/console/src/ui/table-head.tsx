// The names of the columns of a small table within a page, which need not stay in sight.

interface Column {
  readonly title: string;
  /** Its width, its side, and where there is no room for it. */
  readonly className?: string;
  /** What exactly stands in it. */
  readonly hint?: string;
}

export function TableHead({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <thead className="text-muted">
      <tr>
        {columns.map(({ title, className = '', hint }) => (
          <th key={title} scope="col" title={hint} className={`py-1 pr-3 font-normal last:pr-0 ${className}`}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}
