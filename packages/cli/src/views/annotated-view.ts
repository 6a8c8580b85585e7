import type { Terminal } from '../terminal.ts';
import { type DiagnosticsView, diagnosticsView } from './diagnostics.ts';
import { GithubAnnotations, isOnGithub } from './github-annotations.ts';
import { chooseTheme } from './theme.ts';

/** Diagnostics on the terminal, and on GitHub Actions as annotations, too, which `annotations` makes more of. */
export interface AnnotatedView extends DiagnosticsView {
  readonly annotations: GithubAnnotations | undefined;
}

/** The view of a command that builds nothing. */
export async function annotatedView(terminal: Terminal): Promise<AnnotatedView> {
  const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
  if (!isOnGithub(terminal)) return { ...view, annotations: undefined };
  const annotations = new GithubAnnotations(terminal);
  return { ...annotations.beside(view), annotations };
}
