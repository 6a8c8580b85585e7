import {
  type CommunicatorComponent,
  type CommunicatorConfig,
  type Complain,
  defineCommunicator,
  isFailure,
} from '@bake/plugin-sdk';

const ssh: CommunicatorComponent = defineCommunicator({
  name: 'ssh',
  doc: 'Talks to the machine over SSH.',
  async check(config, complain) {
    checkUsername(config, complain);
    checkNumbers(config, complain);
    await checkKeyFile(config, complain);
  },
  async connect(config, target, context) {
    const { connect } = await import('./connect.ts');
    return connect(config, target, context);
  },
});
export default ssh;

function checkUsername(config: CommunicatorConfig, complain: Complain): void {
  if (config.ssh_username !== undefined && config.ssh_username !== '') return;
  complain('ssh_username', {
    summary: 'Missing ssh_username',
    detail: 'Set "ssh_username" to the user to log in as, for instance "root".',
  });
}

function checkNumbers(config: CommunicatorConfig, complain: Complain): void {
  const { ssh_port: port, ssh_handshake_attempts: attempts } = config;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    complain('ssh_port', {
      summary: 'Invalid ssh_port',
      detail: `A port is a whole number from 1 to 65535, not ${port}.`,
    });
  }
  if (attempts !== undefined && (!Number.isInteger(attempts) || attempts < 0)) {
    complain('ssh_handshake_attempts', {
      summary: 'Invalid ssh_handshake_attempts',
      detail: `Give a whole number, or 0 for any number of attempts, not ${attempts}.`,
    });
  }
}

async function checkKeyFile(config: CommunicatorConfig, complain: Complain): Promise<void> {
  const file = config.ssh_private_key_file;
  if (file === undefined || file === '') return;
  // Reading keys takes ssh2, which templates without a key file need not wait for.
  const { readKeyFile } = await import('./key-file.ts');
  try {
    await readKeyFile(file);
  } catch (error) {
    if (!isFailure(error)) throw error;
    complain('ssh_private_key_file', {
      summary: error.message,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    });
  }
}
