import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { file } from './rows/row.ts';

/**
 * A program in the place of AWS's session-manager-plugin, which takes what the AWS command line gives it (1.2.497 and newer) and leads
 * to `SESSION_TARGET_PORT` of this machine. Gives the folder it is in.
 */
export function sessionProgram(version = '1.2.707.0'): string {
  const path = file('session-manager-plugin', script(version));
  chmodSync(path, 0o755);
  return dirname(path);
}

function script(version: string): string {
  return `#!${process.execPath}
const net = require('node:net');
const [first, region, action, profile, input, endpoint] = process.argv.slice(2);
if (first === '--version') {
  console.log('${version}');
} else {
  const response = JSON.parse(process.env[first]);
  if (!response.SessionId || !response.TokenValue || action !== 'StartSession' || !endpoint) process.exit(3);
  const port = Number(JSON.parse(input).Parameters.localPortNumber[0]);
  const server = net.createServer((socket) => {
    const on = net.connect(Number(process.env.SESSION_TARGET_PORT || 1), '127.0.0.1');
    socket.pipe(on).pipe(socket);
    for (const one of [socket, on]) one.on('error', () => { socket.destroy(); on.destroy(); });
  });
  server.listen(port, '127.0.0.1');
}
`;
}
