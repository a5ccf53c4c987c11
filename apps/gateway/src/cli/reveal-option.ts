// One call from the gateway, with what it carried where somebody asks for that and says why.
import type { AdminClient, CallDetail } from '../admin/client.ts';
import type { OptionTable } from './command.ts';
import { usageError } from './exit.ts';
import { bodyOf } from './gateway.ts';

export const REVEAL_OPTIONS = {
  reveal: { type: 'boolean', help: 'with what the call carried (recorded, for auditors)' },
  reason: { type: 'string', value: 'text', help: 'why you look; goes on record with your name' },
} as const satisfies OptionTable;

interface RevealValues {
  readonly reveal?: boolean | undefined;
  readonly reason?: string | undefined;
}

/** Throws a usage error for options that cannot be meant, before the gateway is asked. */
export function revealReason({ reveal, reason }: RevealValues): string | null {
  if ((reveal === true) !== (reason !== undefined))
    throw usageError('give `--reveal` and `--reason` together, or neither');
  return reason ?? null;
}

export function fetchCall(gateway: AdminClient, id: string, reason: string | null): Promise<CallDetail> {
  const call = gateway.calls[':id'];
  return reason === null
    ? bodyOf(call.$get({ param: { id } }))
    : bodyOf(call.reveal.$post({ param: { id }, json: { reason } }));
}
