import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@bake/plugin-sdk';
import { type Sshd, startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type PuppetServer, startPuppetServer, whyNoPuppetServer } from './puppet-server.ts';
import { type Finished, runBake, scratch } from './run-bake.ts';
import { describeUnless, whyNo } from './tool-machine.ts';

jest.setTimeout(600_000);
const reason = whyNoSshd() ?? whyNo('puppet') ?? whyNoPuppetServer();

describeUnless(reason, 'puppet-server and a real server of Puppet', () => {
  const folder = scratch();
  const here = (name: string): string => join(folder.path, name);
  let sshd: Sshd;
  let server: PuppetServer;
  let keys: string;

  beforeAll(async () => {
    sshd = await startSshd();
    writeFileSync(here('key'), sshd.target.privateKey ?? '', { mode: 0o600 });
    const manifest = `file { "${sshd.remote('made')}": content => "\${facts['role']} \${facts['packer_build_name']} \${facts['packer_builder_type']} \${trusted['certname']}\\n" }
      if $facts['role'] == 'bad' { exec { '/bin/false': } }\n`;
    server = await startPuppetServer(here('server'), await freePort(), manifest);
    keys = server.bootstrap('node.example');
  });
  afterAll(async () => {
    await server?.stop();
    await sshd?.stop();
    folder.remove();
  });

  function build(role: string, port = server.port): Promise<Finished> {
    const { host, username, ...target } = sshd.target;
    // The machine is this computer: Puppet has to leave its own folders alone, and to take only the keys that were uploaded.
    const own = server.agent.map((text) => text.replace('/node/ssl', '/node/no-ssl'));
    const extra = [...own, '--serverport', String(port), '--no-usecacheonfailure'];
    writeFileSync(
      here('main.pkr.hcl'),
      `source "null" "a" {
        ssh_host             = "${host}"
        ssh_port             = ${target.port}
        ssh_username         = "${username}"
        ssh_private_key_file = "${here('key')}"
      }
      build {
        sources = ["null.a"]
        provisioner "puppet-server" {
          puppet_server           = "localhost"
          puppet_node             = "node.example"
          client_cert_path        = "${keys}/certs"
          client_private_key_path = "${keys}/private_keys"
          facter                  = { role = "${role}" }
          extra_arguments         = ${JSON.stringify(extra)}
          staging_dir             = "${sshd.remote('stage')}"
          clean_staging_directory = true
          prevent_sudo            = true
        }
      }\n`,
    );
    const env = { BAKE_STATE_DIR: here('state') };
    return runBake(['build', '-color=false', 'main.pkr.hcl'], { cwd: folder.path, env });
  }

  test('the node gets its catalog with the keys that were uploaded, and with the facts', async () => {
    const { code, stdout, stderr } = await build('web');
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(sshd.remote('made'), 'utf8')).toBe('web a null node.example\n');
    expect(existsSync(sshd.remote('stage'))).toBe(false);
  });

  test('a resource that fails is told of, and the keys do not stay', async () => {
    const { code, stdout, stderr } = await build('bad');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('Puppet exited with a non-zero exit status: 6');
    expect(stdout + stderr).toContain('Some resources changed and others failed.');
    expect(existsSync(sshd.remote('stage'))).toBe(false);
  });

  test('a server that does not answer is told of, and the keys do not stay', async () => {
    const { code, stdout, stderr } = await build('web', 1);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('Puppet exited with a non-zero exit status: 1');
    expect(stdout + stderr).toContain('or no server answered.');
    expect(existsSync(sshd.remote('stage'))).toBe(false);
  });
});
