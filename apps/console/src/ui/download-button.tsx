// Saves a text as a file.
import { saveAs } from './download.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

interface Props {
  readonly data: string;
  /** Of the file. */
  readonly name: string;
  readonly what: string;
}

export function DownloadButton({ data, name, what }: Props) {
  return (
    <button type="button" className="button-quiet px-1" onClick={() => saveAs(data, name)}>
      <Icon name="download" className="size-3.5" />
      {text.download(what)}
    </button>
  );
}
