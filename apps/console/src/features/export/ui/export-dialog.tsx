// Taking away what the list asks for: format, what is disclosed, why; then how far it came, and the entry that records it.
import { useState } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { text as shared } from '../../../ui/text.ts';
import { Failed } from '../../../ui/state.tsx';
import { text as callsText } from '../../calls/text.ts';
import {
  askedCalls,
  exportRequest,
  type Format,
  FORMATS,
  formatsFor,
  isNarrowed,
  type Wanted,
} from '../model/export-request.ts';
import { text } from '../text.ts';
import { save, useExport } from '../use-export.ts';

interface Props {
  readonly asked: Wanted;
  readonly total: number | null;
  readonly onClose: () => void;
}

export function ExportDialog({ asked, total, onClose }: Props) {
  const [format, setFormat] = useState<Format>('jsonl');
  const [isAll, setAll] = useState(false);
  const { field, take } = useReason(neededWith(shared.reasonNeeded));
  const { state, start, stop } = useExport();
  const calls = askedCalls(asked);
  return (
    <Dialog open onClose={onClose} title={text.title} description={text.why}>
      <form
        className="space-y-3 px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          const reason = take();
          if (reason !== null && calls.ok) void start(exportRequest(calls.line, { format, isAll, reason }));
        }}
      >
        <p>
          {isNarrowed(asked)
            ? text.narrowed(total === null ? callsText.heading : callsText.calls(total))
            : text.whole}
        </p>
        <label className="block">
          {text.format}
          <select
            value={format}
            onChange={({ target }) => setFormat(FORMATS.find((each) => each === target.value) ?? 'jsonl')}
            className="field mt-1"
          >
            {formatsFor(asked).map((each) => (
              <option key={each} value={each}>
                {text.formats[each]}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{text.disclose}</legend>
          {[false, true].map((choice) => (
            <label key={String(choice)} className="flex min-h-7 items-center gap-2">
              <input
                type="radio"
                name="disclose"
                checked={isAll === choice}
                onChange={() => setAll(choice)}
              />
              {choice ? text.all : text.needed}
            </label>
          ))}
        </fieldset>
        {!calls.ok && (
          <p role="alert" className="text-deny">
            {text.unread(calls.part, calls.why)}
          </p>
        )}
        <ReasonField {...field} label={text.reason} />
        <div className="flex flex-wrap items-center gap-3">
          <button
            type="submit"
            className="button button-primary"
            disabled={!calls.ok || state.kind === 'running'}
          >
            {text.start}
          </button>
          {state.kind === 'running' && (
            <button type="button" className="button" onClick={stop}>
              {text.stop}
            </button>
          )}
          <p role="status" className="text-muted">
            {state.kind === 'running' && text.running(state.bytes)}
            {state.kind === 'done' &&
              `${text.done(callsText.number(state.file.entries), callsText.number(state.file.disclosed))} ${text.recorded} ${state.file.recordedAt}.${text.untold(state.file.untold)}`}
          </p>
        </div>
      </form>
      {state.kind === 'failed' && <Failed what={text.failed} error={state.error} />}
      {state.kind === 'done' && (
        <p className="px-4 pb-4">
          <button type="button" className="button" onClick={() => save(state.file)}>
            {text.save}
          </button>
        </p>
      )}
    </Dialog>
  );
}
