// A JSON text of a call, however long: beyond a size only its beginning is laid out, which is said, and the rest is for
// those who ask for it or save it.
import { useState } from 'react';
import { DownloadButton } from '../../../ui/download-button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { beginningOf, sizeText, SHOWN_CHARS } from '../model/size.ts';
import { text as words } from '../text.ts';
import { JsonText } from './json-text.tsx';

interface Props {
  readonly text: string;
  readonly label: string;
  /** Of the file that it is saved as. */
  readonly fileName: string;
}

export function SizedJson({ text, label, fileName }: Props) {
  const [whole, setWhole] = useState(false);
  const isCut = text.length > SHOWN_CHARS && !whole;
  return (
    <div className="space-y-2">
      {isCut && (
        <p className="flex flex-wrap items-center gap-x-2 rounded-md bg-hold-soft px-3 py-1.5">
          <Icon name="warning" className="text-hold" />
          {words.cut(sizeText(SHOWN_CHARS), sizeText(text.length))}
          <button type="button" className="link" onClick={() => setWhole(true)}>
            {words.showAll}
          </button>
        </p>
      )}
      <JsonText label={label} text={isCut ? beginningOf(text) : text} />
      <p className="flex flex-wrap items-center gap-x-1">
        <CopyButton value={text} what={label} />
        <DownloadButton data={text} name={fileName} what={label} />
      </p>
    </div>
  );
}
