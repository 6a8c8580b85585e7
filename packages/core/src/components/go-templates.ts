import type { ComponentBase } from '@bake/plugin-sdk';
import type { Render } from './read-options.ts';

/** What `{{ ... }}` in a config can refer to. */
export interface TemplateFacts {
  /** Name of the source block. */
  readonly buildName: string;
  readonly builderType: string;
  readonly coreVersion: string;
  readonly startTime: Date;
  readonly workingDir: string;
  /** Values behind the function `build`, while the build runs. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Leaves text as it is: for configs without a `{{`, which need not load the template engine. */
export const verbatim: Render = (text) => text;

/**
 * Expands `{{ ... }}` with Packer's functions and those of the component; the dot is empty, as in Packer. The engine is loaded on first
 * use.
 */
export async function goTemplateRender(
  { templateFunctions }: Pick<ComponentBase, 'templateFunctions'>,
  facts: TemplateFacts,
): Promise<Render> {
  const { coreFunctions, renderTemplate } = await import('@bake/plugin-sdk/go-template');
  const functions = coreFunctions(facts, templateFunctions);
  return (text) => renderTemplate(text, { data: {}, functions });
}
