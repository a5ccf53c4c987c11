// One definition that waits: what it is now against what was accepted, and its acceptance exactly as it is shown.
import type { Definition } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { DiffText } from '../../changes/ui/diff-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { stateSign } from '../model/standing.ts';
import { text } from '../text.ts';
import { useAccept } from '../use-servers.ts';

interface Props {
  readonly server: string;
  readonly definition: Definition;
}

export function HeldBack({ server, definition }: Props) {
  const { name, digest, difference } = definition;
  const mayAccept = useMay('admin');
  const accept = useAccept(server);
  return (
    <li className="rounded-md border border-line">
      <div className="flex flex-wrap items-center gap-x-2 px-3 py-1.5">
        <span className="font-mono text-xs font-semibold wrap-anywhere">
          <PlainText text={name} />
        </span>
        <Badge sign={stateSign(definition)} />
        <span className="flex items-center font-mono text-xs text-muted">
          {digest.slice(0, 12)}
          <CopyButton value={digest} what={text.digest} />
        </span>
      </div>
      {difference !== null && <DiffText diff={difference} />}
      <div className="border-t border-line px-3 py-2">
        {mayAccept ? (
          <button
            type="button"
            className="button"
            aria-disabled={accept.isPending}
            onClick={() => accept.mutate(definition)}
          >
            {accept.isPending ? text.accepting : text.accept}
          </button>
        ) : (
          <p className="text-muted">{text.readOnly}</p>
        )}
      </div>
    </li>
  );
}
