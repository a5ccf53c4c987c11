import { expectTypeOf, test } from 'vitest';
import type { forward } from './forward.ts';
import type { record } from './record.ts';
import type { AuthenticatedCall, ClearedCall, CompletedCall, DecidedCall, RecordedCall } from './types.ts';

// Checked by tsc: an order of stages that is not safe must not compile.
test('only a recorded call can be forwarded, and only `record` gives one', () => {
  expectTypeOf<Parameters<typeof forward>[0]>().toEqualTypeOf<RecordedCall>();
  expectTypeOf<Parameters<typeof record>[0]>().toEqualTypeOf<ClearedCall>();
  expectTypeOf<ClearedCall>().not.toExtend<RecordedCall>();
  expectTypeOf<DecidedCall>().not.toExtend<ClearedCall>();
  expectTypeOf<AuthenticatedCall>().not.toExtend<DecidedCall>();
  expectTypeOf<RecordedCall>().not.toExtend<CompletedCall>();
});
