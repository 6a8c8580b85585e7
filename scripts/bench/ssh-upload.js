/** How fast one large file goes to a machine: by bake's scp and SFTP, by packer and by OpenSSH's own programs. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bake, env, packer } from './commands.js';
import { median, timeInTurn } from './pairs.js';
import { nullTemplate } from './ssh-template.js';
import { watchedRun } from './watched-run.js';

const megabyte = 1_000_000;
const size = 256 * megabyte;
const rounds = 5;

/**
 * `{ rows, oursMegabytes, theirsMegabytes }`: a row `{ name, time, speed }` for each way, whose `time` is that of the
 * whole command in milliseconds, and whose `speed` is in MB/s, from what the command takes longer than with an empty
 * file: start and login are no part of it.
 */
export async function benchUpload(machine, hasPacker) {
  const { cwd, remote } = machine;
  machine.write('empty', '');
  machine.write('large', randomBytes(size));
  const ways = waysOf(machine).filter(({ name }) => hasPacker || name !== 'packer');
  const commands = Object.fromEntries(
    ways.flatMap(({ name, send }) => [
      [`${name} empty`, send('empty')],
      [`${name} large`, send('large')],
    ]),
  );
  const times = timeInTurn(commands, { rounds, cwd, env, before: machine.empty });
  const rows = ways.map(({ name }) => {
    const [empty, large] = [times[`${name} empty`], times[`${name} large`]];
    const alone = median(large.map((time, round) => time - empty[round]));
    return { name, time: median(large), speed: size / megabyte / (alone / 1000) };
  });
  const memory = {};
  for (const { name, send } of ways.filter((way) => ['bake scp', 'packer'].includes(way.name))) {
    machine.empty();
    memory[name] = (await watchedRun(send('large'), { cwd, env, limit: 60_000 })).megabytes;
    if (statSync(join(remote, 'large')).size !== size) throw new Error(`${name} sent too little`);
  }
  return { rows, oursMegabytes: memory['bake scp'], theirsMegabytes: memory.packer };
}

function waysOf(machine) {
  const { host, port, username } = machine.target;
  const login = `-q -i key -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null`;
  const options = [...login.split(' '), '-P', `${port}`];
  const build = (program, method) => (file) => {
    const template = `${method}-${file}.pkr.hcl`;
    machine.write(template, uploadTemplate(machine, method, file));
    return [...program, 'build', '-color=false', template];
  };
  const put = (file) => {
    machine.write(`put-${file}`, `put ${file} ${machine.remote}/${file}\n`);
    return ['sftp', ...options, '-b', `put-${file}`, `${username}@${host}`];
  };
  return [
    { name: 'bake scp', send: build(bake, 'scp') },
    { name: 'bake sftp', send: build(bake, 'sftp') },
    { name: 'packer', send: build(packer, 'scp') },
    {
      name: 'OpenSSH scp',
      // -O: the protocol of scp, which newer ones leave for SFTP's.
      send: (file) => ['scp', '-O', ...options, file, `${username}@${host}:${machine.remote}/`],
    },
    { name: 'OpenSSH sftp', send: put },
  ];
}

function uploadTemplate({ target, remote }, method, file) {
  const provisioner = `  provisioner "file" {
    source      = "${file}"
    destination = "${remote}/"
  }`;
  return nullTemplate(target, 1, provisioner, `ssh_file_transfer_method = "${method}"`);
}
