import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlLost, refusedCommand } from '../messages.ts';

/** Something that QEMU tells of its own accord. */
export interface QmpEvent {
  /** `SHUTDOWN`, `BLOCK_IO_ERROR` and so on. */
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly command: string;
}

/** Milliseconds between two looks for the socket, which is there when QEMU has read its arguments. */
const pause = 10;

/** A connection to QEMU's machine protocol (QMP): a line of JSON for each command, answer and event. */
export class Qmp {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  #rest = '';
  #count = 0;
  #isOver = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#end());
  }

  /** Connects as soon as QEMU listens, and is let in. Rejects with the signal's reason. */
  static async open(path: string, signal: AbortSignal): Promise<Qmp> {
    for (;;) {
      signal.throwIfAborted();
      const socket = await tryConnect(path);
      if (socket !== undefined) {
        const qmp = new Qmp(socket);
        await qmp.execute('qmp_capabilities');
        return qmp;
      }
      await sleep(pause, undefined, { signal });
    }
  }

  /** Has QEMU do something, and gives its answer. Rejects with a `Failure` if it refuses, or is gone. */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#isOver) return Promise.reject(controlLost());
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, command });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  /** Calls back with each event from now on. Gives how to stop it. */
  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the connection; QEMU goes on. */
  close(): void {
    this.#socket.destroy();
    this.#end();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#read(JSON.parse(line));
  }

  #read(message: Readonly<Record<string, unknown>>): void {
    if (typeof message['event'] === 'string') {
      for (const listener of this.#listeners) listener(message as unknown as QmpEvent);
      return;
    }
    const id = Number(message['id']);
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    const error = message['error'] as { readonly desc?: string } | undefined;
    if (error === undefined) pending.resolve(message['return']);
    else pending.reject(refusedCommand(pending.command, error.desc ?? 'no reason given'));
  }

  #end(): void {
    this.#isOver = true;
    const left = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of left) reject(controlLost());
  }
}

async function tryConnect(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  }
}
