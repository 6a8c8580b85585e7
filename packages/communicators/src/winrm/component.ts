import { type CommunicatorComponent, defineCommunicator } from '@bake/plugin-sdk';

const winrm: CommunicatorComponent = defineCommunicator({
  name: 'winrm',
  doc: 'Talks to a Windows machine over WinRM.',
  check(config, complain) {
    if (!config.winrm_username) {
      complain('winrm_username', {
        summary: 'Missing winrm_username',
        detail: 'Set "winrm_username" to the user to log in as, for instance "Administrator".',
      });
    }
    const { winrm_port: port } = config;
    if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65535)) {
      complain('winrm_port', {
        summary: 'Invalid winrm_port',
        detail: `A port is a whole number from 1 to 65535, not ${port}.`,
      });
    }
    if (config.winrm_insecure && !config.winrm_use_ssl) {
      complain('winrm_insecure', {
        severity: 'warning',
        summary: '"winrm_insecure" has no effect without "winrm_use_ssl"',
        detail: 'There is no certificate to check on plain HTTP.',
      });
    }
  },
  async connect(config, target, context) {
    const { connect } = await import('./connect.ts');
    return connect(config, target, context);
  },
});
export default winrm;
