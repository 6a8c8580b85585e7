/** As much of an editor as it takes to time the language server: messages with their length before them, both ways. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Starts a server. Its process is `pid`; `request`, `notify` and `next(method, isIt)` speak with it; `end` ends it. */
export function startEditor([program, ...args], { cwd, env }) {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const listeners = new Set();
  const hear = (message) => {
    for (const listener of [...listeners]) listener(message);
  };
  let unread = Buffer.alloc(0);
  child.stdout.on('data', (chunk) => {
    unread = takeMessages(Buffer.concat([unread, chunk]), hear);
  });
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const heard = (isIt) =>
    new Promise((resolve) => {
      const listener = (message) => {
        if (!isIt(message)) return;
        listeners.delete(listener);
        resolve(message);
      };
      listeners.add(listener);
    });
  let id = 0;
  return {
    pid: child.pid,
    notify: (method, params) => send({ method, params }),
    request(method, params) {
      id += 1;
      const own = id;
      const answer = heard((message) => message.id === own && message.method === undefined);
      send({ id: own, method, params });
      return answer;
    },
    next: (method, isIt) => heard((message) => message.method === method && isIt(message.params)),
    async end() {
      const closed = once(child, 'close');
      await this.request('shutdown', null);
      this.notify('exit');
      await closed;
    },
  };
}

/** Hands over every message that is whole, and gives back what is left. */
function takeMessages(bytes, hear) {
  let rest = bytes;
  for (;;) {
    const head = rest.indexOf('\r\n\r\n');
    if (head === -1) return rest;
    const length = Number(/Content-Length: (\d+)/i.exec(rest.toString('latin1', 0, head))[1]);
    const end = head + 4 + length;
    if (rest.length < end) return rest;
    hear(JSON.parse(rest.toString('utf8', head + 4, end)));
    rest = rest.subarray(end);
  }
}
