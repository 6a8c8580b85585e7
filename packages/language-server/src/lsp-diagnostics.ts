import type { Diagnostic } from '@bake/hcl';
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as LspDiagnostic,
} from 'vscode-languageserver/node';
import { lspRange } from './text/positions.ts';

/**
 * Diagnostics by the file that they are about; what is about none is shown at the start of `fallback`.
 */
export function byFile(
  diagnostics: readonly Diagnostic[],
  fallback: string,
): ReadonlyMap<string, readonly LspDiagnostic[]> {
  const files = new Map<string, LspDiagnostic[]>();
  for (const diagnostic of diagnostics) {
    const path = diagnostic.subject?.source.name ?? fallback;
    const list = files.get(path) ?? [];
    list.push(lspDiagnostic(diagnostic));
    files.set(path, list);
  }
  return files;
}

const start = { line: 0, character: 0 };

function lspDiagnostic(diagnostic: Diagnostic): LspDiagnostic {
  const { code, summary, detail, subject, values = [] } = diagnostic;
  return {
    range: subject === undefined ? { start, end: start } : lspRange(subject),
    severity: severityOf(diagnostic),
    code,
    source: 'bake',
    message: [`${summary}.`, detail, ...values].join('\n'),
    ...(code === 'deprecated-option' && { tags: [DiagnosticTag.Deprecated] }),
  };
}

function severityOf({ severity, code }: Diagnostic): DiagnosticSeverity {
  // Whoever builds may give the value; the editor cannot know.
  if (code === 'unset-variable') return DiagnosticSeverity.Hint;
  return severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
}
