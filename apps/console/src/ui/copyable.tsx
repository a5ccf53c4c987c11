// An id or a digest, and the button beside it that copies it.
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

interface Props {
  readonly value: string;
  /** As in "Copy the …". */
  readonly what: string;
  /** What stands for it, a link for instance; the value itself where there is none. */
  readonly children?: ReactNode;
}

export function Copyable({ value, what, children }: Props) {
  return (
    <span className="inline-flex max-w-full items-center gap-x-1">
      {children ?? <code className="min-w-0 font-mono text-xs wrap-anywhere">{value}</code>}
      <CopyButton value={value} what={what} />
    </span>
  );
}
