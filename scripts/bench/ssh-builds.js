/** How long many builds over SSH take, and what each further shell provisioner costs, beside Debian's packer. */
import { bake, env, packer } from './commands.js';
import { median, timeInTurn, timePairs } from './pairs.js';
import { nullTemplate, shells, threeProvisioners } from './ssh-template.js';
import { watchedRun } from './watched-run.js';

/** The folder and two files. */
const filesOfBuild = 3;

/** Rows of `{ builds, ours, theirs, ratio, oursMegabytes, theirsMegabytes }`, without the last for 100 builds. */
export async function benchBuilds(machine) {
  machine.write('payload', 'payload\n'.repeat(1000));
  const rows = [];
  for (const { builds, ...options } of [
    { builds: 20, rounds: 3 },
    // Packer runs some 400 processes here, which take more than 11 GB: once is enough.
    { builds: 100, rounds: 1, warmUps: 0 },
  ]) {
    const template = nullTemplate(machine.target, builds, threeProvisioners(machine.remote));
    machine.write('builds.pkr.hcl', template);
    const [ours, theirs] = [bake, packer].map((program) => buildOf(program, 'builds'));
    const pair = timePairs(ours, theirs, {
      ...options,
      cwd: machine.cwd,
      env,
      before: machine.empty,
    });
    const oursMegabytes = await megabytesOf(ours, machine, builds);
    const theirsMegabytes = builds > 20 ? undefined : await megabytesOf(theirs, machine, builds);
    rows.push({ builds, ...pair, oursMegabytes, theirsMegabytes });
  }
  return rows;
}

async function megabytesOf(command, machine, builds) {
  machine.empty();
  const run = await watchedRun(command, { cwd: machine.cwd, env, limit: 60_000 });
  const count = machine.files().length;
  if (count !== builds * filesOfBuild) throw new Error(`${count} files of ${builds} builds`);
  return run.megabytes;
}

const further = 20;

/** `{ ours, theirs, ratio }`: milliseconds of one further shell provisioner, from a build with 1 and one with 21. */
export function benchFurther(machine) {
  machine.write('one.pkr.hcl', nullTemplate(machine.target, 1, shells(1)));
  machine.write('more.pkr.hcl', nullTemplate(machine.target, 1, shells(1 + further)));
  const commands = {
    oursOne: buildOf(bake, 'one'),
    theirsOne: buildOf(packer, 'one'),
    oursMore: buildOf(bake, 'more'),
    theirsMore: buildOf(packer, 'more'),
  };
  const times = timeInTurn(commands, { rounds: 5, cwd: machine.cwd, env });
  const cost = (one, more) => more.map((time, round) => (time - one[round]) / further);
  const [ours, theirs] = [
    cost(times.oursOne, times.oursMore),
    cost(times.theirsOne, times.theirsMore),
  ];
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ours.map((time, round) => time / theirs[round])),
  };
}

function buildOf(program, template) {
  return [...program, 'build', '-color=false', `${template}.pkr.hcl`];
}
