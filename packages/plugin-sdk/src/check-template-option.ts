import type { Complain } from './component.ts';

/** Complains about mistakes in the Go template of an option that is rendered when the component runs. */
export async function checkTemplateOption(
  option: string,
  text: string | undefined,
  complain: Complain,
): Promise<void> {
  if (!text?.includes('{{')) return;
  const { checkBuildTemplate, TemplateFailure } = await import('./go-template/index.ts');
  try {
    checkBuildTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    const { message: summary, detail } = error;
    complain(option, { summary, ...(detail === undefined ? {} : { detail }) });
  }
}
