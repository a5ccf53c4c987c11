// `countersign verify --no-replay` on a data folder, timed from within: `node audit-verify-run.ts <folder> <vkey>`.
import { processTerminal } from '../apps/gateway/src/cli/terminal.ts';
import { run } from '../apps/gateway/src/cli/run.ts';

const [, , dataDir = '', vkey = ''] = process.argv;
const started = performance.now();
const lines: string[] = [];
const terminal = { ...processTerminal(), out: (line: string) => void lines.push(line), isInteractive: false };
const code = await run(['verify', dataDir, '--key', vkey, '--no-replay', '--json'], terminal);
const seconds = (performance.now() - started) / 1000;
if (code !== 0) throw new Error(`it ended with ${code}: ${lines.join('\n').slice(0, 2000)}`);
// Kilobytes: the most that was resident at any time.
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ seconds, megabytes }));
