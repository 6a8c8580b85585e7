import { Failure, messageOf } from '@bake/plugin-sdk';
import type { ProcessEnd } from '@bake/plugin-sdk/process';

interface Ended extends ProcessEnd {
  readonly complaint: string;
}

/** What the program complains of, and what can be done about it. The first that fits counts. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /\/v2\/.*(dial tcp|timeout|deadline exceeded|EOF$)/im,
    'The registry does not answer. Check its name, with which that of the image begins, and that the engine reaches it.',
  ],
  [
    /cannot connect to the docker daemon|error during connect|connection refused|EOF$/i,
    'The engine does not answer. Start it (`dockerd`, `systemctl start docker`), or set DOCKER_HOST or a docker context to where it runs.',
  ],
  [
    /permission denied.*(docker|daemon|sock)/is,
    'This user may not talk to the engine. Add it to the group "docker", or run bake as a user who may.',
  ],
  [
    /no space left on device/i,
    'The disk of the engine is full. `docker system df` shows what fills it, `docker system prune` removes what is not used.',
  ],
  [
    /unauthorized|authentication required|denied: requested access|no basic auth credentials|incorrect username or password/i,
    'The registry wants a login. Set "login", "login_server", "login_username" and "login_password", or run `docker login` before.',
  ],
  [
    /no such image|unable to find image|pull access denied|manifest unknown|repository does not exist|manifest for .* not found/i,
    'Check the name of the image. With "pull = false" it must be in the engine already.',
  ],
  [
    /invalid reference format/i,
    'A name of an image is [REGISTRY[:PORT]/]NAME[:TAG], in lower-case letters.',
  ],
];

function howEnded({ exitCode, signal }: Ended): string {
  return signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
}

/** A call of the program that did not end well. `command` is what was called, without what may be a secret. */
export function commandFailure(command: string, end: Ended): Failure {
  const { complaint } = end;
  // Podman warns before it says what is wrong.
  const lines = complaint.split('\n').filter((line) => !/^\s*$|level=warning/.test(line));
  const known = advice.find(([pattern]) => pattern.test(complaint));
  return new Failure({
    summary: `${command} failed: ${lines.find((line) => !/^see '/i.test(line)) ?? howEnded(end)}`,
    detail: [...(lines.length > 1 ? [complaint] : []), known?.[1] ?? adviceForTheRest].join('\n'),
  });
}

/** A Dockerfile of which no image came. What was done, and how it ended, was shown while it was done. */
export function buildFailure(command: string, end: Ended): Failure {
  const lines = end.complaint.split('\n').filter((line) => line.trim() !== '');
  // BuildKit may say afterwards where to read more.
  const last = lines.findLast((line) => /^error\b/i.test(line)) ?? lines.at(-1) ?? howEnded(end);
  const known = advice.find(([pattern]) => pattern.test(last));
  return new Failure({
    summary: `${command} failed: ${last}`,
    detail: known?.[1] ?? 'What the step that failed printed stands above.',
  });
}

const adviceForTheRest = 'This is what the program said; run the same command by hand to see more.';

/** The container is not there any more, or does nothing any more. `last` is what it printed at the end. */
export function containerGone(container: string, last: string): Failure {
  return new Failure({
    summary: `The container ${container} is not running`,
    detail: `Its main process has ended, so nothing can be run in it. Check that "run_command" starts something that goes on, such as a shell with "-d", "-i" and "-t".${
      last === '' ? '' : `\nThe last that it printed:\n${last}`
    }`,
  });
}

/** A transfer that the program could not do. */
export function transferFailure(
  verb: 'upload' | 'download',
  path: string,
  reason: string,
  cause?: unknown,
): Failure {
  const preposition = verb === 'upload' ? 'to' : 'from';
  const missing = /could not find|no such file|not found/i.test(reason);
  return new Failure({
    summary: `Cannot ${verb} ${preposition} ${path}: ${reason}`,
    detail: missing
      ? verb === 'upload'
        ? 'The folder that it is to be in does not exist in the container. Make it before, for instance with a shell provisioner.'
        : 'There is nothing of that name in the container. Check the path and that an earlier provisioner makes it.'
      : 'Check the path, and that the container has room for it.',
    cause,
  });
}

/** A post-processor got what it cannot work on. */
export function wrongArtifact(builderId: string, sentence: string, advise: string): Failure {
  return new Failure({
    summary: `Unknown artifact type: ${builderId}. ${sentence}`,
    detail: advise,
  });
}

/** The communicator was chosen for a machine that is no container. */
export function foreignBuilder(communicator: string): Failure {
  return new Failure({
    summary: `The communicator "${communicator}" is for the builder docker`,
    detail:
      'It reaches nothing but the container that this builder starts. Choose "ssh" or "winrm".',
  });
}

/** The container has no `id`, or does not know its own user. */
export function unknownOwner(user: string): Failure {
  return new Failure({
    summary: `Cannot find out which numbers the user "${user}" has in the container`,
    detail:
      'Uploads are to belong to the user of the image, and the container could not run `id`. Set "fix_upload_owner = false", or name the user by numbers ("1000:1000") in the image.',
  });
}

/** A local file of an artifact is not there any more. */
export function unreadableFile(path: string, reason: string): Failure {
  return new Failure({
    summary: `Could not read "${path}": ${reason}`,
    detail: 'It is part of the artifact that is to be imported. Check what removed it.',
  });
}

/** A file that could not be written. */
export function outputFailure(path: string, error: unknown): Failure {
  return new Failure({
    summary: `Could not write "${path}": ${messageOf(error)}`,
    detail:
      'Check that the folder is there, that you may write in it, and that the disk is not full.',
    cause: error,
  });
}

/** The run command gave no ID, but what runs in the container, up to its end. */
export function notDetached(name: string, printed: string): Failure {
  const last = printed.slice(-complaintShown);
  return new Failure({
    summary: `The run command did not start the container ${name} in the background`,
    detail: `It waited until the container ended, in which nothing can be run any more. Put "-d" into "run_command", and something that goes on, such as a shell with "-i" and "-t".${
      last === '' ? '' : `\nThe last that it printed:\n${last}`
    }`,
  });
}

/** Characters of what a container printed that are told. */
const complaintShown = 400;

/** The run command names its container as one that is there. */
export function nameTaken(name: string): Failure {
  return new Failure({
    summary: `There is a container "${name}" already`,
    detail: `The run command gives that name. Remove the container (\`docker rm ${name}\`), choose another name, or leave "--name" out: bake makes names of its own.`,
  });
}
