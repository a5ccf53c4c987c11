// Copies a text, and says whether that worked.
import { useState } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { text } from './text.ts';

interface Props {
  readonly value: string;
  readonly what: string;
  readonly icon?: IconName;
}

export function CopyButton({ value, what, icon = 'copy' }: Props) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setSaid(text.copied(what));
    } catch {
      // Without a secure context or permission there is no clipboard.
      setSaid(text.notCopied(what));
    }
  };
  return (
    <>
      <button type="button" className="button-quiet px-1" title={text.copy(what)} onClick={() => void copy()}>
        <Icon name={said === text.copied(what) ? 'check' : icon} className="size-3.5" />
        <span className="sr-only">{text.copy(what)}</span>
      </button>
      {/* A tick says that it worked; that it did not is to be read. */}
      <span role="status" className={said === text.notCopied(what) ? 'text-deny' : 'sr-only'}>
        {said}
      </span>
    </>
  );
}
