import type { Complain } from '../../component.ts';
import { checkCommandTemplates } from '../../scripts/check.ts';
import type { BootOptions } from './options.ts';
import { parseBootCommand } from './parse-boot-command.ts';

/**
 * Checks what is to be typed, as it stands in the template: its Go templates, its waits, and as warnings
 * steps that are not used and names of keys that look like slips.
 */
export async function checkBoot(options: BootOptions, complain: Complain): Promise<void> {
  const { boot_command: texts = [], boot_steps: steps = [] } = options;
  checkSteps(options, complain);
  if (texts.length > 0) await checkTexts(texts, (index) => `boot_command.${index}`, complain);
  else {
    for (const [index, [text]] of steps.entries()) {
      if (text !== undefined) await checkTexts([text], () => `boot_steps.${index}`, complain);
    }
  }
}

function checkSteps({ boot_command, boot_steps }: BootOptions, complain: Complain): void {
  if (boot_steps?.length && boot_command?.length) {
    complain('boot_steps', {
      severity: 'warning',
      summary: '"boot_steps" is not used, since there is "boot_command"',
      detail: 'Put the texts of "boot_command" where they belong among "boot_steps".',
    });
  }
  for (const [index, step] of (boot_steps ?? []).entries()) {
    if (step.length === 1 || step.length === 2) continue;
    complain(`boot_steps.${index}`, {
      severity: 'warning',
      summary: `A boot step has a text and perhaps a description, not ${step.length} texts`,
      detail: 'Write ["<enter>", "Start the installer"].',
    });
  }
}

/** Checks texts that are typed as one: a key's name may begin in one of them and end in the next. */
async function checkTexts(
  texts: readonly string[],
  nameOf: (index: number) => string,
  complain: Complain,
): Promise<void> {
  for (const [index, text] of texts.entries()) {
    await checkCommandTemplates(nameOf(index), [text], complain);
  }
  for (const { kind, summary, detail, offset } of parseBootCommand(texts.join('')).problems) {
    const { index, column } = placeOf(offset, texts);
    complain(nameOf(index), {
      severity: kind === 'slip' ? 'warning' : 'error',
      summary,
      detail: `It stands at character ${column} of the text. ${detail}`,
    });
  }
}

/** In which of the texts an offset into all of them together lies, and at which character (from 1). */
function placeOf(
  offset: number,
  texts: readonly string[],
): { readonly index: number; readonly column: number } {
  let left = offset;
  let index = 0;
  while (index < texts.length - 1 && left >= (texts[index] as string).length) {
    left -= (texts[index] as string).length;
    index += 1;
  }
  return { index, column: [...(texts[index] ?? '').slice(0, left)].length + 1 };
}
