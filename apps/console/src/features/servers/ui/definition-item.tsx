// One accepted definition: since when and by whom, and, once somebody wants to know, exactly what it says to a model.
import { useState } from 'react';
import type { Definition } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { SizedJson } from '../../payload/ui/sized-json.tsx';
import { Time } from '../../time/ui/time.tsx';
import { descriptionIn } from '../model/description.ts';
import { stateSign } from '../model/standing.ts';
import { text } from '../text.ts';
import { useDefinitionText } from '../use-servers.ts';

interface Props {
  readonly server: string;
  readonly definition: Definition;
}

export function DefinitionItem({ server, definition }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { name, accepted } = definition;
  return (
    <li className="border-t border-line">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="cursor-pointer py-1 wrap-anywhere">
          <span className="inline-flex flex-wrap items-baseline gap-x-3">
            <PlainText text={name} />
            <Badge sign={stateSign(definition)} />
            {accepted !== null && (
              <span className="text-muted">
                {text.acceptedBy(accepted.by)}, <Time iso={accepted.at} />
              </span>
            )}
          </span>
        </summary>
        {isOpen && <Said server={server} definition={definition} />}
      </details>
    </li>
  );
}

function Said({ server, definition }: Props) {
  const said = useDefinitionText(server, definition);
  if (said.isError)
    return <Failed what={text.definitionFailed} error={said.error} onRetry={() => void said.refetch()} />;
  if (said.data === undefined) return <Loading what={text.definitionLoading} />;
  const { digest, text: whole } = said.data.accepted ?? said.data.listed;
  return (
    <div className="space-y-2 pt-1 pb-3">
      <p className="whitespace-pre-wrap wrap-anywhere">
        <PlainText text={descriptionIn(whole) ?? text.saysNothing} />
      </p>
      <SizedJson text={whole} label={text.definition(definition.name)} fileName={`${digest}.json`} />
      <p className="flex items-center font-mono text-xs text-muted wrap-anywhere">
        SHA-256 {digest}
        <CopyButton value={digest} what={text.digest} />
      </p>
    </div>
  );
}
