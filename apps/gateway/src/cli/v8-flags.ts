// Flags of V8 that the process needs from its first moment: imported before anything that starts a thread.
import { setFlagsFromString } from 'node:v8';

// WHY: where threads often call JavaScript from WebAssembly, as Node's own loader and Cedar do, V8 replaces the generic wrapper of these calls
// by a special one, and may free that twice when two threads do so at once: then it ends the whole process (nodejs/node#64500, seen with
// Node 24.21). Without the generic wrapper there is nothing to replace. It costs no time that could be measured.
setFlagsFromString('--no-wasm-generic-wrapper');
