import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';

/** What else is asked over HTTP: HashiCorp Vault, and who says what address this machine has. */
export const vault = { address: '', asked: [] as string[] };

const server = createServer((request, response) => {
  vault.asked.push(String(request.url));
  if (request.url === '/ip') return response.end('203.0.113.9\n');
  const keys = {
    access_key: 'vault-key',
    secret_key: 'vault-secret',
    security_token: request.headers['x-vault-token'] === 'hvs.t' ? 'vault-token' : '',
  };
  return response.end(JSON.stringify({ lease_duration: 1800, data: keys }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
vault.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
