import { bool, defineProvisioner, duration, type Infer, string, strings } from '@bake/plugin-sdk';

const servicing = 'Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';

const config = {
  restart_command: string('Restarts the machine.', {
    default: 'shutdown /r /f /t 0 /c "packer restart"',
  }),
  restart_check_command: string(
    'Tells by being able to run that the machine is up again; its output is shown. After it PowerShell is asked as well.',
  ),
  restart_timeout: duration('How long the machine may take to be up again.', { default: 300_000 }),
  check_registry: bool(
    'Wait until none of `registry_keys` is left, which Windows has while another restart is due.',
    { default: false },
  ),
  registry_keys: strings('Keys of the registry, as PowerShell names them.', {
    default: [
      `HKLM:SOFTWARE\\${servicing}\\RebootPending`,
      `HKLM:SOFTWARE\\${servicing}\\PackagesPending`,
      `HKLM:Software\\${servicing}\\RebootInProgress`,
    ],
  }),
} as const;

/** A decoded config of the provisioner. */
export type RestartConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'windows-restart',
  doc: 'Restarts a Windows machine and waits until it is up again.',
  config,
  inputs: () => ({}),
  async provision(restart, machine, context) {
    const { restartMachine } = await import('./restart-machine.ts');
    await restartMachine(restart, machine, context);
  },
});
