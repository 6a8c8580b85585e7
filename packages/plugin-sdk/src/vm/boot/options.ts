import { duration, type Infer, stringLists, strings } from '../../schema/option.ts';

/** What `boot_command` can name as `{{ .Name }}`: whoever types it gives all of these. */
const bootFields = ['HTTPIP', 'HTTPPort', 'Name', 'SSHPublicKey'] as const;

/** Options of builders that type at their machine's keyboard. Each builder takes those that it has. */
export const bootOptions = {
  boot_wait: duration(
    'How long to wait, once the machine has started, before `boot_command` is typed; 10s if left out. `0s` does not wait.',
  ),
  boot_command: strings(
    'What is typed at the machine when it starts, one text after the other, keys as `<enter>`.',
    {
      templating: 'component',
      fields: bootFields,
      example: '["<esc>auto url=http://{{ .HTTPIP }}:{{ .HTTPPort }}/preseed.cfg<enter>"]',
    },
  ),
  boot_keygroup_interval: duration('How long to wait after each text of `boot_command`.'),
} as const;

/** The option of builders that send each key for itself (VNC, QMP). */
export const bootKeyIntervalOption = {
  boot_key_interval: duration(
    'How long to wait after each key is pressed and after it is let go; `PACKER_KEY_INTERVAL`, else 100ms, if left out.',
  ),
} as const;

/** The option of builders that take `boot_command` also in steps with descriptions. */
export const bootStepsOption = {
  boot_steps: stringLists(
    'In place of `boot_command`: lists of a text to type and, if you like, what it does, which is said before.',
    {
      templating: 'component',
      fields: bootFields,
      example: '[["<enter>", "Start the installer"]]',
    },
  ),
} as const;

/** The decoded options. */
export type BootOptions = Infer<typeof bootOptions> &
  Partial<Infer<typeof bootKeyIntervalOption> & Infer<typeof bootStepsOption>>;

/** A text to type and what it does. */
export interface BootStep {
  readonly text: string;
  readonly description?: string;
}

/** What is to be typed: `boot_command`, else the steps that have a text (Packer: qemu, `typeBootCommands`). */
export function bootStepsOf(options: BootOptions): readonly BootStep[] {
  const { boot_command = [], boot_steps = [] } = options;
  if (boot_command.length > 0) return boot_command.map((text) => ({ text }));
  return boot_steps.flatMap(([text, description]) => {
    if (text === undefined) return [];
    return description === undefined ? [{ text }] : [{ text, description }];
  });
}
