// Loaded into a witness before it starts: kills it, as a power cut would, when it is about to write the head of its first
// answer of 200 to a submission. For tests only.
import { ServerResponse } from 'node:http';

ServerResponse.prototype.writeHead = new Proxy(Reflect.get(ServerResponse.prototype, 'writeHead'), {
  apply(writeHead, response: ServerResponse, args: unknown[]) {
    if (args[0] === 200 && response.req.url === '/add-checkpoint') process.kill(process.pid, 'SIGKILL');
    return Reflect.apply(writeHead, response, args) as ServerResponse;
  },
});
