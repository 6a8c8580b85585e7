import type { Address } from '../network/open-socket.ts';

/** A port that is listened on at one end, and where what arrives there goes from the other. */
export interface Tunnel {
  readonly port: number;
  readonly to: Address;
}

/** Reads `PORT:HOST:PORT`; `undefined` when it is none. An IPv6 host may stand in brackets. */
export function parseTunnel(text: string): Tunnel | undefined {
  const match = /^\s*(\d{1,5}):(\[[^\]]+\]|[^:\s]+):(\d{1,5})\s*$/.exec(text);
  if (match === null) return undefined;
  const [, from, host = '', to] = match;
  const [port, target] = [Number(from), Number(to)];
  if (port > 65535 || target < 1 || target > 65535) return undefined;
  return { port, to: { host: host.replace(/^\[(.*)\]$/, '$1'), port: target } };
}

/** What to say about a tunnel that is none. */
export function invalidTunnel(text: string): string {
  return `A tunnel is written as PORT:HOST:PORT, for instance "8080:localhost:80", not "${text}".`;
}
