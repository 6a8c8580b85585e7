import type { Complain } from '@bake/plugin-sdk';
import { templateFunctions } from '../template-functions.ts';

/** Finds mistakes in texts that are rendered when the source image is known. */
export async function checkTagTemplates(
  texts: Readonly<Record<string, readonly string[]>>,
  complain: Complain,
): Promise<void> {
  for (const [option, values] of Object.entries(texts)) {
    for (const value of values.filter((text) => text.includes('{{'))) {
      const { checkBuildTemplate, TemplateFailure } = await import('@bake/plugin-sdk/go-template');
      try {
        checkBuildTemplate(value, templateFunctions);
      } catch (error) {
        if (!(error instanceof TemplateFailure)) throw error;
        const { message: summary, detail } = error;
        complain(option, { summary, ...(detail === undefined ? {} : { detail }) });
      }
    }
  }
}
