import { isIPv4, isIPv6 } from 'node:net';
import type { Complain } from '../../component.ts';
import { type Infer, number, string, stringMap } from '../../schema/option.ts';
import { checkServedFolder } from './served-folder.ts';

/** Options of builders that serve files to their guest over HTTP while it installs itself. */
export const httpOptions = {
  http_directory: string(
    'Folder that the guest can read over HTTP, at `{{ .HTTPIP }}:{{ .HTTPPort }}`.',
  ),
  http_content: stringMap(
    'Texts that the guest can read over HTTP, by path; in place of `http_directory`.',
    { example: '{ "/preseed.cfg" = file("preseed.cfg") }' },
  ),
  http_port_min: number('First port that the server may use.', { default: 8000 }),
  http_port_max: number('Last port that the server may use.', { default: 9000 }),
  http_bind_address: string(
    'Address of this machine that the server listens on; what the builder needs if left out.',
  ),
  http_interface: string('Network interface to listen on, in place of `http_bind_address`.'),
  http_network_protocol: string('Which kind of address the server listens on.', {
    oneOf: ['tcp', 'tcp4', 'tcp6', 'unix', 'unixpacket'],
    default: 'tcp',
  }),
} as const;

/** The decoded options. */
export type HttpOptions = Infer<typeof httpOptions>;

/** Whether there is anything to serve. */
export function servesHttp(options: HttpOptions): boolean {
  return Boolean(options.http_directory) || Object.keys(options.http_content ?? {}).length > 0;
}

/** Checks the options for each other, and that the folder is there. */
export async function checkHttp(options: HttpOptions, complain: Complain): Promise<void> {
  checkWhatIsServed(options, complain);
  checkPorts(options, complain);
  checkAddress(options, complain);
  if (options.http_directory) await checkServedFolder(options.http_directory, complain);
}

function checkWhatIsServed(options: HttpOptions, complain: Complain): void {
  if (options.http_directory && Object.keys(options.http_content ?? {}).length > 0) {
    complain('http_content', {
      summary: '"http_content" and "http_directory" exclude each other',
      detail: 'To serve files of a folder beside other texts, read them with the function file().',
    });
  }
  for (const path of Object.keys(options.http_content ?? {})) {
    if (path.startsWith('/')) continue;
    complain('http_content', {
      summary: `The path "${path}" in "http_content" does not start with a slash`,
      detail: `Guests can only ask for paths that do: write "/${path}".`,
    });
  }
}

function checkPorts({ http_port_min, http_port_max }: HttpOptions, complain: Complain): void {
  const ports = { http_port_min, http_port_max };
  for (const [option, port] of Object.entries(ports)) {
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) continue;
    complain(option, { summary: `${port} is no port`, detail: 'Ports go from 1 to 65535.' });
  }
  if (http_port_min > http_port_max) {
    complain('http_port_min', {
      summary: '"http_port_min" is greater than "http_port_max"',
      detail: `The server looks for a free port from ${http_port_min} to ${http_port_max}.`,
    });
  }
}

function checkAddress(options: HttpOptions, complain: Complain): void {
  const { http_bind_address: address, http_interface, http_network_protocol: protocol } = options;
  if (address && http_interface) {
    complain('http_interface', {
      summary: '"http_interface" and "http_bind_address" exclude each other',
      detail: 'Name an interface or one of its addresses.',
    });
  }
  if (protocol.startsWith('unix')) {
    complain('http_network_protocol', {
      summary: `A guest cannot reach a server that listens on a socket of kind "${protocol}"`,
      detail: 'Use "tcp", "tcp4" or "tcp6".',
    });
  }
  const isOther = protocol === 'tcp4' ? isIPv6 : protocol === 'tcp6' ? isIPv4 : () => false;
  if (address && isOther(address)) {
    complain('http_bind_address', {
      summary: `"${address}" is no address for "${protocol}"`,
      detail: 'Leave "http_network_protocol" out: the address says it all.',
    });
  }
}
