import { type Diagnostic, renderDiagnostic } from '@bake/hcl';
import type { Terminal } from '../terminal.ts';
import type { Theme } from './theme.ts';

/** Shows diagnostics as people read them. */
export interface DiagnosticsView {
  show(diagnostics: readonly Diagnostic[]): void;
}
