import { type Diagnostic, renderDiagnostic, type SnippetRole } from '@bake/hcl';
import type { Terminal } from '../terminal.ts';
import type { Theme } from './theme.ts';

/** Shows what is said while a template is read and planned. */
export interface DiagnosticsView {
  show(diagnostics: readonly Diagnostic[]): void;
  /** Says what is worth knowing beside them. */
  note(text: string): void;
  /** Passes on what a data source says. */
  say(level: 'info' | 'error', text: string): void;
}

/** Shows diagnostics on the terminal, each with its source; those of a batch are one text, as in Packer. */
export function diagnosticsView(
  terminal: Pick<Terminal, 'write' | 'writeError'>,
  theme: Theme,
): DiagnosticsView {
  const write = (isError: boolean, text: string): void =>
    isError ? terminal.writeError(text) : terminal.write(text);
  return {
    show(diagnostics) {
      const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
      const text = diagnostics.map((diagnostic) => rendered(diagnostic, theme)).join('');
      if (text !== '') write(hasErrors, text);
    },
    note: (text) => terminal.write(`Note: ${text}\n\n`),
    say: (level, text) => write(level === 'error', `${text.trimEnd()}\n`),
  };
}

/** Shows everything in two places. */
export function bothViews(first: DiagnosticsView, second: DiagnosticsView): DiagnosticsView {
  return {
    show(diagnostics) {
      first.show(diagnostics);
      second.show(diagnostics);
    },
    note(text) {
      first.note(text);
      second.note(text);
    },
    say(level, text) {
      first.say(level, text);
      second.say(level, text);
    },
  };
}

function rendered(diagnostic: Diagnostic, theme: Theme): string {
  const alarm = diagnostic.severity === 'error' ? theme.error : theme.warning;
  const styles: Partial<Record<SnippetRole, (text: string) => string>> = {
    headline: alarm,
    place: theme.faint,
    underline: alarm,
    value: theme.faint,
  };
  const lines = renderDiagnostic(diagnostic);
  return lines.map(({ role, text }) => `${styles[role]?.(text) ?? text}\n`).join('');
}
