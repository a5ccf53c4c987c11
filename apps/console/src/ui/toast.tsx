// Short messages about what was just done, beside the page; each is announced, and goes by itself unless it is a failure.
import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

const DONE_MS = 5000;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider timeout={DONE_MS} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

/** What was done, or failed, in words. */
export function useToast(): {
  readonly done: (what: string) => void;
  readonly failed: (what: string) => void;
} {
  const { add } = Toast.useToastManager();
  return {
    done: (title) => void add({ title, type: 'done' }),
    // Nobody should have to read a failure before it leaves.
    // Not of high `priority`: that would hide it from readers until it has the focus, and with it the button in it.
    failed: (title) => void add({ title, type: 'failed', timeout: 0 }),
  };
}

function Toasts() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Toast.Content className="flex items-start gap-2">
        <Icon
          name={toast.type === 'failed' ? 'warning' : 'check'}
          className={`mt-0.5 ${toast.type === 'failed' ? 'text-deny' : 'text-allow'}`}
        />
        <div role={toast.type === 'failed' ? 'alert' : undefined} className="min-w-0 flex-1">
          <Toast.Title className="wrap-anywhere" />
        </div>
        <Toast.Close className="button-quiet -my-1 px-1" aria-label={text.dismiss}>
          <Icon name="cross" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
