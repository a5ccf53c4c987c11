// Entry of the command line `countersign`.
import { enableCompileCache } from 'node:module';

// Compiled code of earlier runs is kept, so that commands and restarts begin a third sooner. It must be on before
// anything else is loaded, hence the late imports.
enableCompileCache();
const { run } = await import('./run.ts');
const { processTerminal } = await import('./terminal.ts');

try {
  process.exitCode = await run(process.argv.slice(2), processTerminal());
} catch (error) {
  // A bug or a broken machine. Node would end with 1, which here means that the answer is no.
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
}
