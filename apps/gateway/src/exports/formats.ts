// Every format besides the proof bundle, by the name that `log.exported` records and `--format` takes.
import { cef } from './cef.ts';
import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import type { ExportFormat } from './types.ts';

export const EXPORT_FORMATS: ReadonlyMap<string, ExportFormat> = new Map([
  ['jsonl', jsonl],
  ['csv', csv],
  ['cef', cef],
]);
