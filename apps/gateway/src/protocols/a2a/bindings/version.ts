// HTTP+JSON and gRPC are spoken in A2A 1.0 only: earlier versions had other paths and another service.
import { ok, refuse, type Result } from '../../../errors.ts';
import { VERSION_NOT_SUPPORTED } from '../operations.ts';

export const VERSION = '1.0';

/** Absent means 0.3, by the specification. */
export function checkVersion(asked: string | undefined): Result<void> {
  if (asked === VERSION) return ok(undefined);
  const shown = asked === undefined || asked === '' ? 'no version, which means 0.3' : `\`${asked}\``;
  return refuse(
    'unsupported_version',
    `A2A-Version: ${shown}`,
    `\`A2A-Version\` says ${shown}; in this binding the gateway speaks A2A 1.0: send \`A2A-Version: 1.0\``,
    { rpcCode: VERSION_NOT_SUPPORTED, data: { supported: VERSION } },
  );
}
