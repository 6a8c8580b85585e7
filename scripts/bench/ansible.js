/** How long a playbook takes through bake's proxy, beside Packer's at the same sshd. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bake, env, packer } from './commands.js';
import { median, timeInTurn } from './pairs.js';
import { startMachine, whyNoSshd } from './ssh-machine.js';

/** Why it cannot be measured here; `undefined` when it can. */
export function whyNoAnsible() {
  const { error } = spawnSync('ansible-playbook', ['--version']);
  return whyNoSshd() ?? (error && 'there is no ansible-playbook on PATH');
}

/** What Packer's proxy needs with OpenSSH 9: it shows an ssh-rsa key alone, and takes no scp of today. */
const forPacker = `
    use_sftp        = true
    extra_arguments = ["--ssh-common-args", "-o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedAlgorithms=+ssh-rsa -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"]`;

/**
 * `{ tasks, ours, theirs, pipelined, direct, ratio, fairRatio }`: `pipelined` is Packer with pipelining, which bake turns on by
 * itself, and `fairRatio` the ratio to that; `direct` is bake with `use_proxy = false`.
 */
export async function benchAnsible(folder, tasks = 30) {
  const machine = await startMachine(folder);
  try {
    writeFileSync(join(machine.cwd, 'site.yml'), playbook(tasks, machine.remote));
    writeFileSync(join(machine.cwd, 'ours.pkr.hcl'), template(machine.target));
    writeFileSync(join(machine.cwd, 'theirs.pkr.hcl'), template(machine.target, forPacker));
    writeFileSync(
      join(machine.cwd, 'direct.pkr.hcl'),
      template(
        machine.target,
        '\n    use_proxy        = false\n    ansible_env_vars = ["ANSIBLE_SSH_COMMON_ARGS=-o UserKnownHostsFile=/dev/null"]',
      ),
    );
    const commands = {
      ours: [...bake, 'build', 'ours.pkr.hcl'],
      theirs: [...packer, 'build', 'theirs.pkr.hcl'],
      pipelined: ['env', 'ANSIBLE_PIPELINING=True', ...packer, 'build', 'theirs.pkr.hcl'],
      direct: [...bake, 'build', 'direct.pkr.hcl'],
    };
    const options = { env, cwd: machine.cwd, rounds: 3, warmUps: 0, before: machine.empty };
    const times = timeInTurn(commands, options);
    const ratioTo = (name) => median(times.ours.map((time, round) => time / times[name][round]));
    const medians = Object.fromEntries(
      Object.entries(times).map(([name, values]) => [name, median(values)]),
    );
    return { tasks, ...medians, ratio: ratioTo('theirs'), fairRatio: ratioTo('pipelined') };
  } finally {
    await machine.stop();
  }
}

function playbook(tasks, remote) {
  const kinds = [
    (n) => `copy: { dest: "${remote}/${n}", content: "${n}\\n" }`,
    (n) => `lineinfile: { path: "${remote}/list", line: "${n}", create: true }`,
    (n) => `file: { path: "${remote}/dir-${n}", state: directory }`,
    () => 'command: "true"',
  ];
  const lines = Array.from({ length: tasks }, (_, n) => `    - ${kinds[n % kinds.length](n)}\n`);
  return `- hosts: all\n  gather_facts: false\n  tasks:\n${lines.join('')}`;
}

function template({ host, port, username }, more = '') {
  return `
source "null" "a" {
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "key"
}
build {
  sources = ["null.a"]
  provisioner "ansible" {
    playbook_file = "site.yml"${more}
  }
}
`;
}
