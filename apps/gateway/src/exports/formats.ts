// Every format besides the proof bundle, by the name that `log.exported` records and `--format` takes.
import { mcp } from './audit-record.ts';
import { cef } from './cef.ts';
import { csv } from './csv.ts';
import { dsse } from './dsse.ts';
import { ietf } from './ietf.ts';
import { jsonl } from './jsonl.ts';
import { ocsf } from './ocsf.ts';
import { otlp } from './otlp.ts';
import { report } from './report/report.ts';
import type { ExportFormat } from './types.ts';

export const EXPORT_FORMATS: ReadonlyMap<string, ExportFormat> = new Map([
  ['jsonl', jsonl],
  ['csv', csv],
  ['ocsf', ocsf],
  ['cef', cef],
  ['otlp', otlp],
  ['dsse', dsse],
  ['ietf', ietf],
  ['mcp', mcp],
  ['html', report],
]);
