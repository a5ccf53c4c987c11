// Rows of the index as the API shows them: each is compared with the entries that it names before it is shown, and one
// that is not what the log says is shown as that. Differences are counted, since each is a sign of somebody at work
// beside the gateway.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { metrics } from '@opentelemetry/api';
import type { CallRecord } from '../store/readers/calls.ts';
import type * as views from './client.ts';
import type { AdminReaders } from './deps.ts';
import { callView } from './view.ts';

const CALLS_PER_TURN = 50;

const tampered = metrics.getMeter('countersign').createCounter('countersign.index.tampered', {
  description: 'calls shown whose row in the index is not what the log says',
});

export async function checkedCalls(
  readers: Pick<AdminReaders, 'calls'>,
  calls: readonly CallRecord[],
): Promise<views.Call[]> {
  const shown: views.Call[] = [];
  for (const call of calls) {
    const differences = await readers.calls.differences(call.id, { thorough: false });
    shown.push(callView(call, countTampered(differences.length > 0)));
    if (shown.length % CALLS_PER_TURN === 0) await nextTurn();
  }
  return shown;
}

/** Counts a call that is shown although its row is not what the log says. */
export function countTampered(isTampered: boolean): boolean {
  if (isTampered) tampered.add(1);
  return isTampered;
}
