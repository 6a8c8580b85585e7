/** How a machine is reached, as `vagrant ssh-config` has it. */
export interface SshAccess {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** File with the private key, if Vagrant names one. */
  readonly keyFile: string | undefined;
}

/** Reads a configuration of OpenSSH; `undefined` if it does not say where the machine is. */
export function parseSshConfig(text: string): SshAccess | undefined {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*(\w+)\s+(.*\S)\s*$/.exec(line) ?? [];
    // As for OpenSSH, what stands first counts.
    if (name !== undefined && value !== undefined && !values.has(name)) {
      values.set(name, value.replace(/^"(.*)"$/, '$1'));
    }
  }
  const host = values.get('HostName');
  const port = Number(values.get('Port'));
  if (host === undefined || !Number.isInteger(port) || port < 1) return undefined;
  return { host, port, username: values.get('User') ?? '', keyFile: values.get('IdentityFile') };
}
