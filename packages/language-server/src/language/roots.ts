/** What can be referred to beside what a template declares, with its names. */
export interface Root {
  readonly name: string;
  readonly doc: string;
  readonly names: Readonly<Record<string, string>>;
}

const build: Root = {
  name: 'build',
  doc: 'The build that is running: its machine and how to reach it. Known when the machine is there.',
  names: {
    name: 'Name of the build block.',
    ID: 'What the builder calls the machine.',
    Host: 'Address of the machine.',
    Port: 'Port of the connection to the machine.',
    User: 'Who is logged in on the machine.',
    Password: 'The password of the connection.',
    ConnType: 'Kind of the connection: `ssh`, `winrm` or what the builder has.',
    PackerRunUUID: 'A number of this run alone.',
    PackerHTTPIP: "Address of the server with the builder's files.",
    PackerHTTPPort: "Port of the server with the builder's files.",
    PackerHTTPAddr: "Address and port of the server with the builder's files.",
    SSHPublicKey: 'The public key of the connection.',
    SSHPrivateKey: 'The private key of the connection.',
    SSHPrivateKeyFile: 'The file of the private key.',
    SSHAgentAuth: 'Whether the agent of SSH is asked.',
    WinRMPassword: 'The password of the connection by WinRM.',
  },
};

const source: Root = {
  name: 'source',
  doc: 'The source that is built.',
  names: { name: 'Name of the source in the build.', type: 'Builder of the source.' },
};

const path: Root = {
  name: 'path',
  doc: 'Folders.',
  names: { root: 'Folder of the template.', cwd: 'Folder that bake was started in.' },
};

const packer: Root = {
  name: 'packer',
  doc: 'The version that templates are written for.',
  names: { version: 'Version of Packer that bake answers to.' },
};

/** All of them, by name. */
export const roots: Readonly<Record<string, Root>> = { build, source, path, packer };
