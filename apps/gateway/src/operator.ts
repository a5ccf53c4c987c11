// Who works on this machine, as the record of what they did names them.
import { userInfo } from 'node:os';

/**
 * The name of the account, or `uid 1000` where the system has no entry for it, as in many containers: who did it is told as
 * well as it can be, and nothing is left undone because a name is missing.
 */
export function operatorName(account: () => { readonly username: string } = userInfo): string {
  try {
    return account().username;
  } catch {
    return `uid ${process.geteuid?.() ?? 'unknown'}`;
  }
}
