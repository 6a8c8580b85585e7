import type { RunContext } from '../../context.ts';
import { formatDuration, parseDuration } from '../../duration.ts';
import { Failure } from '../../failure.ts';
import { renderForBuild, TemplateFailure } from '../../go-template/index.ts';
import { Typist } from './keyboard.ts';
import { type BootOptions, type BootStep, bootStepsOf } from './options.ts';
import { type BootAction, parseBootCommand } from './parse-boot-command.ts';
import { pause } from './pause.ts';
import type { BootTyping } from './type-boot-command.ts';

/** A step of what is typed, read. */
interface ReadStep {
  readonly text: string;
  readonly description?: string;
  readonly actions: readonly BootAction[];
}

/** Does the work of the step `typeBootCommand`. */
export async function waitAndType(
  typing: BootTyping,
  context: Pick<RunContext, 'ask' | 'build' | 'data' | 'onCleanup' | 'signal' | 'ui'>,
): Promise<void> {
  const { options, means } = typing;
  const { signal, ui } = context;
  // Read ahead: a mistake must not show only after the wait.
  const steps = readSteps(typing, context);
  const wait = options.boot_wait ?? 10_000;
  if (wait > 0) {
    ui.say(`Waiting ${formatDuration(wait)} for boot...`);
    await pause(wait, signal);
  }
  if (steps.length === 0) return;
  const keyboard = await typing.connect(signal);
  const close = context.onCleanup('let the keyboard go', () => keyboard.close(), { always: true });
  ui.say(`Typing the boot command over ${means}...`);
  const typist = new Typist(keyboard, { keyInterval: keyInterval(options), signal });
  for (const [index, step] of steps.entries()) {
    if (step.description) ui.say(`Typing boot command for: ${step.description}`);
    await typist.type(step.actions);
    if (context.build.debug && !options.boot_command?.length) await stop(step, context);
    await pause(options.boot_keygroup_interval ?? 0, signal);
    ui.progress({
      label: 'Typing the boot command',
      done: index + 1,
      total: steps.length,
      unit: 'items',
    });
  }
  await close.now();
}

/** With `-debug` whoever watches looks at the screen after each step. */
async function stop(
  { text, description }: ReadStep,
  context: Pick<RunContext, 'ask'>,
): Promise<void> {
  await context.ask(`Typed ${description ? `"${description}"` : text}. Press enter to continue.`);
}

function readSteps(
  { options, data }: BootTyping,
  context: Pick<RunContext, 'build' | 'data'>,
): readonly ReadStep[] {
  const rendered = bootStepsOf(options).map((step) => ({
    ...step,
    text: render(step.text, data, context),
  }));
  if (!options.boot_command?.length) return rendered.map(readStep);
  // The texts of boot_command are one: the name of a key may begin in one of them and end in the next.
  const { actions } = readStep({ text: rendered.map(({ text }) => text).join('') });
  let end = 0;
  return rendered.map(({ text }) => {
    const start = end;
    end += text.length;
    return { text, actions: actions.filter(({ offset }) => offset >= start && offset < end) };
  });
}

function readStep(step: BootStep): ReadStep {
  const { actions, problems } = parseBootCommand(step.text);
  const error = problems.find(({ kind }) => kind === 'error');
  if (error === undefined) return { ...step, actions };
  throw new Failure({ summary: `Boot command: ${error.summary}`, detail: error.detail });
}

function render(
  text: string,
  data: Readonly<Record<string, unknown>>,
  context: Pick<RunContext, 'build' | 'data'>,
): string {
  try {
    return renderForBuild(text, context, data);
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    throw new Failure({
      summary: `Error preparing boot command: ${error.message}`,
      detail: error.detail ?? 'Correct the template in "boot_command".',
      cause: error,
    });
  }
}

/** As in Packer: the option if it is greater than zero, else the environment, else 100 ms. */
function keyInterval({ boot_key_interval: own = 0 }: BootOptions): number {
  if (own > 0) return own;
  return parseDuration(process.env['PACKER_KEY_INTERVAL'] ?? '') ?? 100;
}
