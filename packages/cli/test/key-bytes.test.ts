import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { expect, jest, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

jest.setTimeout(120_000);

const reason = whyNoSshd();
const bytes = (text: string): string => JSON.stringify([...Buffer.from(text)]);

if (reason === undefined) {
  test('a key pair that is given byte by byte logs in and is in build.*, its private half unseen', async () => {
    const sshd = await startSshd();
    const place = scratch();
    const { port, username, privateKey = '' } = sshd.target;
    const template = `
source "null" "a" {
  ssh_host        = "127.0.0.1"
  ssh_port        = ${port}
  ssh_username    = "${username}"
  ssh_private_key = ${bytes(privateKey)}
  ssh_public_key  = ${bytes('ssh-ed25519 AAAA me')}
}
build {
  sources = ["source.null.a"]
  provisioner "shell-local" {
    inline = ["echo 'public: \${build.SSHPublicKey}'", "echo '\${build.SSHPrivateKey}'"]
  }
}
`;
    writeFileSync(join(place.path, 'main.pkr.hcl'), template);
    const { code, stdout } = await runBake(['build', '-color=false', '.'], { cwd: place.path });
    expect(stdout).toContain('public: ssh-ed25519 AAAA me');
    expect(stdout).not.toContain(privateKey.split('\n')[2]);
    expect(code).toBe(0);
    place.remove();
    await sshd.stop();
  });
} else {
  console.warn(`SKIPPED: key bytes: ${reason}`);
  test.skip(`key bytes: ${reason}`, () => undefined);
}
