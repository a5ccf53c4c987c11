// Copies a text, and says whether that worked.
import { useState } from 'react';
import { Icon } from './icon.tsx';

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(`Copied ${what}`);
    } catch {
      // Without a secure context or permission there is no clipboard.
      setSaid(`Could not copy ${what}`);
    }
  };
  return (
    <>
      <button type="button" className="button-quiet px-1" title={`Copy ${what}`} onClick={() => void copy()}>
        <Icon name={said.startsWith('Copied') ? 'check' : 'copy'} className="size-3.5" />
        <span className="sr-only">Copy {what}</span>
      </button>
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}
