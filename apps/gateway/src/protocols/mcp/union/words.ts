// The endpoint's own answers: results, with what is missing from them and why, and refusals.
import type { Rejection } from '../../../errors.ts';
import { refusalResponse } from '../answers.ts';
import { type AskingMessage, type Missing, MISSING_META } from './types.ts';

export function answer(
  id: string | number,
  result: Readonly<Record<string, unknown>>,
  missing: readonly Missing[] = [],
): Response {
  const meta = missing.length === 0 ? {} : { _meta: { [MISSING_META]: missing } };
  return Response.json(
    { jsonrpc: '2.0', id, result: { ...result, ...meta } },
    { headers: { 'cache-control': 'no-store' } },
  );
}

export function refused(
  { message, session }: AskingMessage,
  rejection: Pick<Rejection, 'code'> & Partial<Rejection>,
  text: string,
  data: Readonly<Record<string, unknown>> = {},
): Response {
  const request = {
    id: message.id,
    isToolCall: false,
    isModern: session === null,
    expectsAnswer: message.id !== null,
  };
  return refusalResponse(request, { reason: text, message: text, data, ...rejection }, null);
}
