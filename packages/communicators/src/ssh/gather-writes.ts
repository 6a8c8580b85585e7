import type { Socket } from 'node:net';

/**
 * Makes one system call, and few TCP segments, of all that is written to a socket in one go: ssh2 writes each packet
 * in three pieces, and the socket does not wait by itself for more to send.
 */
export function gatherWrites(socket: Socket): void {
  const write = socket.write;
  const release = (): void => socket.uncork();
  socket.write = (...args: unknown[]): boolean => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(release);
    }
    return Reflect.apply(write, socket, args);
  };
}
