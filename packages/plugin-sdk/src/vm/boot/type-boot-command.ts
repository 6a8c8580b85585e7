import { defineStep } from '../../step.ts';
import type { Keyboard } from './keyboard.ts';
import { type BootOptions, bootStepsOf } from './options.ts';

/** What to type and on what. */
export interface BootTyping {
  readonly options: BootOptions;
  /** What `{{ .Name }}` in the texts gives: `HTTPIP`, `HTTPPort`, `Name` and what else the builder knows. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Connects to the keyboard, once `boot_wait` is over. The step closes it. */
  connect(signal: AbortSignal): Promise<Keyboard>;
  /** How it is typed, for messages: `VNC`. */
  readonly means: string;
}

/**
 * Waits for `boot_wait`, then types `boot_command` or `boot_steps`. Nothing to type, and no `boot_wait` in
 * the template: nothing to wait for. Throws a `Failure` for a text that cannot be typed.
 */
export const typeBootCommand = defineStep({
  name: 'type-boot-command',
  async run(typing: BootTyping, context): Promise<void> {
    const hasText = bootStepsOf(typing.options).length > 0;
    if (!hasText && (typing.options.boot_wait ?? 0) <= 0) return;
    const { waitAndType } = await import('./wait-and-type.ts');
    await waitAndType(typing, context);
  },
});
