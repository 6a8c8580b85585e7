import type { Listener } from '@bake/core';
import { logListener } from '../log/log-listener.ts';
import type { Terminal } from '../terminal.ts';
import { type DiagnosticsView, diagnosticsView } from './diagnostics.ts';
import { runView } from './run-view.ts';
import { machineScreen, plainScreen } from './screen.ts';
import { chooseTheme } from './theme.ts';

/** What `bake build` shows, from reading the template to the last line. */
export interface BuildView {
  readonly diagnostics: DiagnosticsView;
  readonly listener: Listener;
  /** Says the last words, and gives the exit code back. */
  end(exitCode: number): number;
}

/** What the flags of `build` say about the view. */
export interface ViewFlags {
  readonly color: boolean | undefined;
  readonly json: boolean | undefined;
  readonly 'timestamp-ui': boolean | undefined;
}

/** The view that was asked for, and the log; the code of others is not loaded. */
export async function chooseBuildView(given: ViewFlags, terminal: Terminal): Promise<BuildView> {
  const view = await chooseMainView(given, terminal);
  const log = logListener(terminal);
  return { ...view, listener: toAll([log, view.listener]) };
}

async function chooseMainView(given: ViewFlags, terminal: Terminal): Promise<BuildView> {
  if (given.json === true) {
    const { JsonView } = await import('./json-view.ts');
    const view = new JsonView(terminal, 'build');
    return { diagnostics: view, listener: view.listener, end: (code) => view.end(code) };
  }
  const theme = await chooseTheme(given.color, terminal);
  const screen = terminal.isMachineReadable ? machineScreen(terminal) : plainScreen(terminal);
  return {
    diagnostics: diagnosticsView(terminal, theme),
    listener: runView(screen, theme, { timestamps: given['timestamp-ui'] === true }),
    end: (code) => code,
  };
}

function toAll(listeners: readonly Listener[]): Listener {
  return (event) => {
    for (const listener of listeners) listener(event);
  };
}
