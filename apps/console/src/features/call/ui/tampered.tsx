// Said loudly: what the index shows of this call is not what the log says.
import type { CallDetail } from '../../../api/types.ts';
import { Icon } from '../../../ui/icon.tsx';
import { text } from '../text.ts';

export function Tampered({ differences }: Pick<CallDetail, 'differences'>) {
  return (
    <div role="alert" className="m-3 flex gap-2 rounded-md bg-deny-soft p-3">
      <Icon name="broken" className="mt-0.5 text-deny" />
      <div className="min-w-0">
        <p>
          <strong className="font-semibold">{text.tampered}</strong> {text.tamperedMeans}
        </p>
        <ul className="mt-1 list-disc pl-4">
          {differences.map(({ column, shown, recorded }) => (
            <li key={column} className="wrap-anywhere">
              {text.differs(column, JSON.stringify(shown) ?? '', JSON.stringify(recorded) ?? '')}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
