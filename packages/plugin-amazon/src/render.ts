import type { BuildContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { templateFunctions } from './template-functions.ts';

/** Renders a text of an option with what the build knows by now and `facts`. Throws `TemplateFailure`. */
export function render(
  text: string,
  context: Pick<BuildContext, 'build' | 'data'>,
  facts: Readonly<Record<string, unknown>> = {},
): string {
  return renderForBuild(text, context, facts, templateFunctions);
}
