import { createInterface } from 'node:readline';
import type { ReadAnswer } from '@bake/core';
import type { Terminal } from './terminal.ts';

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const ctrlU = '\u0015';
const backspace = '\u007f';

/** How to ask the person at the terminal; `undefined` when nobody is there to type. */
export function answerReader(terminal: Terminal): ReadAnswer | undefined {
  if (terminal.isMachineReadable || !terminal.input.isTTY) return undefined;
  return (signal, { isSecret = false } = {}) =>
    isSecret ? readUnseen(terminal, signal) : readLine(terminal, signal);
}

function readLine(terminal: Terminal, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    // The terminal itself edits the line and turns Ctrl-C into an interrupt.
    const lines = createInterface({ input: terminal.input, terminal: false });
    const close = (): void => lines.close();
    signal.addEventListener('abort', close, { once: true });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', close);
      resolve(undefined);
    });
  });
}

/** Nothing of it is shown, so the line can't be edited by the terminal itself: that would show it. */
function readUnseen({ input, output }: Terminal, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed = '';
    const end = (line: string | undefined): void => {
      signal.removeEventListener('abort', giveUp);
      input.off('data', onData).off('end', giveUp);
      input.setRawMode(false);
      input.pause();
      if (line !== undefined) output.write('\n');
      resolve(line);
    };
    const giveUp = (): void => end(undefined);
    const onData = (chunk: Buffer): void => {
      const text = chunk.toString();
      const [keys = '', ...rest] = text.split(/[\r\n]/);
      for (const key of keys) typed = edited(typed, key);
      if (rest.length > 0) end(typed);
      else if (text === ctrlD && typed === '') giveUp();
      // The abort that it ends in comes back here.
      else if (text.includes(ctrlC)) process.kill(process.pid, 'SIGINT');
    };
    input.setRawMode(true);
    input.on('data', onData).on('end', giveUp).resume();
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** The line after a key, as terminals edit lines. */
function edited(line: string, key: string): string {
  switch (key) {
    case backspace:
    case '\b':
      return line.slice(0, -1);
    case ctrlU:
      return '';
    case ctrlC:
    case ctrlD:
      return line;
    default:
      return line + key;
  }
}
