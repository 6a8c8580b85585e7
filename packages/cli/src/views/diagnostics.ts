import { type Diagnostic, renderDiagnostic, type SnippetRole } from '@bake/hcl';
import type { Terminal } from '../terminal.ts';
import type { Theme } from './theme.ts';

/** Shows diagnostics as people read them. */
export interface DiagnosticsView {
  show(diagnostics: readonly Diagnostic[]): void;
  /** Says what is worth knowing beside them. */
  note(text: string): void;
}

/** Shows diagnostics on the terminal, each with its source. */
export function diagnosticsView(terminal: Terminal, theme: Theme): DiagnosticsView {
  return {
    show(diagnostics) {
      for (const diagnostic of diagnostics) {
        const alarm = diagnostic.severity === 'error' ? theme.error : theme.warning;
        const styles: Partial<Record<SnippetRole, (text: string) => string>> = {
          headline: alarm,
          place: theme.faint,
          underline: alarm,
          value: theme.faint,
        };
        for (const { role, text } of renderDiagnostic(diagnostic)) {
          terminal.write(`${styles[role]?.(text) ?? text}\n`);
        }
      }
    },
    note: (text) => terminal.write(`Note: ${text}\n\n`),
  };
}
