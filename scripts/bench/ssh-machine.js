/** An sshd on loopback for benchmarks, and a folder of templates for it. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSshd, whyNoSshd } from '../../packages/plugin-sdk/dist/testing/index.js';

export { whyNoSshd };

/**
 * Starts it. `{ target, cwd, remote, write, empty, files, stop }`: `cwd` is where commands run, with the `key` that
 * logs in; `remote` the folder of the machine that provisioners write to, which `empty` empties and of which `files`
 * gives the names; `write` writes a file into `cwd`.
 */
export async function startMachine(folder) {
  // By itself sshd turns away logins when ten are under way.
  const sshd = await startSshd(['MaxStartups 1000', 'LogLevel ERROR']);
  const [cwd, remote] = [join(folder, 'ssh'), sshd.remote('m')];
  mkdirSync(cwd);
  mkdirSync(remote);
  const write = (name, content) => writeFileSync(join(cwd, name), content, { mode: 0o600 });
  write('key', sshd.target.privateKey);
  const empty = () => {
    rmSync(remote, { recursive: true });
    mkdirSync(remote);
  };
  const files = () => readdirSync(remote, { recursive: true }).toSorted();
  return { target: sshd.target, cwd, remote, write, empty, files, stop: sshd.stop };
}
