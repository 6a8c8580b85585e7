import { type Complain, communicatorOptions, defineBuilder, type Infer } from '@bake/plugin-sdk';

const config = { ...communicatorOptions } as const;

type NullConfig = Infer<typeof config>;

export default defineBuilder({
  name: 'null',
  doc: 'Makes nothing: connects to a machine that is there already and provisions it.',
  config,
  communicates: true,
  check(machine, complain) {
    if (machine.communicator !== 'none') {
      checkLogin(machine, complain);
    }
    warnOfVendorKeys(machine, complain);
  },
  async build(machine, build) {
    const reached = await build.connect(machine);
    await build.provision({ ...reached, outlives: true }, { ID: 'Null' });
    return {
      builderId: 'fnoeding.null',
      id: 'Null',
      files: [],
      description: 'Did not export anything. This is the null builder',
      destroy: async () => undefined,
    };
  },
});

/** Packer takes these options here too, and they do nothing: the machine is there already, with its keys. */
function warnOfVendorKeys(machine: NullConfig, complain: Complain): void {
  const options = [
    'ssh_keypair_name',
    'temporary_key_pair_name',
    'temporary_key_pair_type',
    'temporary_key_pair_bits',
    'ssh_clear_authorized_keys',
  ] as const;
  for (const option of options) {
    if (machine[option] === undefined || machine[option] === false) continue;
    complain(option, {
      severity: 'warning',
      summary: `"${option}" has no effect with the builder null`,
      detail: 'It is for builders that make a machine and put a key on it.',
    });
  }
}

/** Nobody but the template knows how to reach the machine. */
function checkLogin(machine: NullConfig, complain: Complain): void {
  const kind = machine.communicator === 'winrm' ? 'winrm' : 'ssh';
  if (!machine[`${kind}_host`]) {
    complain(undefined, {
      summary: 'a Host must be specified, please reference your communicator documentation',
      detail: `Set "${kind}_host" to the address of the machine, or "communicator" to "none" when there is none.`,
    });
  }
  // The communicators look at their user themselves.
  checkAuthentication(machine, kind, complain);
}

function checkAuthentication(machine: NullConfig, kind: 'ssh' | 'winrm', complain: Complain): void {
  const { ssh_agent_auth, ssh_private_key_file } = machine;
  const hasKey = Boolean(ssh_private_key_file || machine.ssh_private_key?.length);
  if (!machine[`${kind}_password`] && !ssh_agent_auth && !hasKey) {
    complain(undefined, {
      summary:
        'one authentication method must be specified, please reference your communicator documentation',
      detail:
        kind === 'ssh'
          ? 'Set one of "ssh_password", "ssh_private_key_file" and "ssh_agent_auth".'
          : 'Set "winrm_password".',
    });
  }
  const ways = [
    ssh_agent_auth ? 'ssh_agent_auth' : '',
    machine.ssh_password ? 'ssh_password' : '',
    ssh_private_key_file ? 'ssh_private_key_file' : '',
  ].filter((way) => way !== '');
  if (ways.length > 1) {
    complain(ways[1], {
      summary:
        'only one of ssh_agent_auth, ssh_password, and ssh_private_key_file must be specified',
      detail: `Here ${ways.map((way) => `"${way}"`).join(' and ')} are set. Keep the one that the machine accepts.`,
    });
  }
}
