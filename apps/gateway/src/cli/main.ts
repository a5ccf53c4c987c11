// Entry of the command line `countersign`.
import './v8-flags.ts';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

try {
  process.exitCode = await run(process.argv.slice(2), processTerminal());
} catch (error) {
  // A bug or a broken machine. Node would end with 1, which here means that the answer is no.
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
}
