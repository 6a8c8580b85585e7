import type { ReferenceKind } from '@bake/core/reference';
import { CompletionItemKind } from 'vscode-languageserver/node';

/** Something that could be written at a place. */
export interface Candidate {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** In one line. */
  readonly detail?: string;
  /** In Markdown. */
  readonly doc?: string;
  /** What is written instead of the label; `$1`, `$2` and at the end `$0` are places to go on at. */
  readonly snippet?: string;
  /** Smaller comes first; 1 without it. */
  readonly rank?: number;
  /** The component that it names, whose page is shown when it is asked for. */
  readonly component?: { readonly kind: ReferenceKind; readonly name: string };
  readonly isDeprecated?: boolean;
}

/** A plain word. */
export function word(label: string, kind: CompletionItemKind, doc?: string): Candidate {
  return { label, kind, ...(doc !== undefined && { doc }) };
}

/** A fixed value. */
export function fixed(label: string): Candidate {
  return { label, kind: CompletionItemKind.Value, rank: 0 };
}
