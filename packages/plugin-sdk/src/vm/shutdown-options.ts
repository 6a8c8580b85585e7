import { bool, duration, type Infer, string } from '../schema/option.ts';

/** Options of builders that have their machine shut itself down at the end. Each takes those that it has. */
export const shutdownOptions = {
  shutdown_command: string(
    'Command that shuts the machine down when all provisioners have run; without one it is switched off.',
    { example: '"sudo poweroff"' },
  ),
  shutdown_timeout: duration('How long the machine may take to shut down.', { default: 300_000 }),
} as const;

/** The option of builders whose machine can be left to shut itself down. */
export const disableShutdownOption = {
  disable_shutdown: bool(
    'Does not switch the machine off when there is no `shutdown_command`: it does so itself, within `shutdown_timeout`.',
    { default: false },
  ),
} as const;

/** The option of builders whose hypervisor needs a moment after the machine has ended. */
export const postShutdownDelayOption = {
  post_shutdown_delay: duration('How long to wait once the machine has shut down.', {
    default: 2000,
  }),
} as const;

/** The decoded options. */
export type ShutdownOptions = Infer<typeof shutdownOptions> &
  Partial<Infer<typeof disableShutdownOption> & Infer<typeof postShutdownDelayOption>>;
