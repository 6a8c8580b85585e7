import { createInterface, type Interface } from 'node:readline';
import type { Terminal } from '../terminal.ts';
import type { DiagnosticsView } from '../views/diagnostics.ts';
import { historySize, openHistory } from './history.ts';
import type { ConsoleSession } from './session.ts';

/**
 * Talks with a person until they leave with `exit`, Ctrl-D, or Ctrl-C on an empty line. Mistakes are shown
 * and the conversation goes on; Ctrl-C also ends the waiting for a service. Gives the exit code.
 */
export async function converse(
  session: ConsoleSession,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<number> {
  const history = openHistory(terminal.environment);
  const prompt = createInterface({
    input: terminal.input,
    output: terminal.output,
    prompt: '> ',
    history: [...history.lines],
    historySize,
    removeHistoryDuplicates: true,
    completer: (line: string) => session.complete(line),
    signal: terminal.signal,
  });
  let waiting: AbortController | undefined;
  prompt.on('SIGINT', () => (waiting === undefined ? interrupted(prompt) : waiting.abort()));
  prompt.prompt();
  for await (const line of prompt) {
    history.add(line);
    waiting = new AbortController();
    const signal = AbortSignal.any([terminal.signal, waiting.signal]);
    const { text, diagnostics, isExit } = await session.answer(line, signal);
    waiting = undefined;
    if (isExit) return 0;
    view.show(diagnostics);
    if (text !== undefined) terminal.write(`${text}\n`);
    prompt.prompt();
  }
  // The cursor is still behind the prompt.
  terminal.write('\n');
  return terminal.signal.aborted ? 1 : 0;
}

/** Ctrl-C clears a line that was begun, and leaves when there is none. */
function interrupted(prompt: Interface): void {
  if (prompt.line === '') {
    prompt.close();
    return;
  }
  prompt.write(null, { ctrl: true, name: 'e' });
  prompt.write(null, { ctrl: true, name: 'u' });
}
