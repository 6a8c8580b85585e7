import { Failure, isFailure, messageOf } from '@bake/plugin-sdk';
import { type NoMethodError, RemoteError } from './remote-error.ts';

/** Which transfer went wrong. */
export interface Transfer {
  readonly verb: 'upload' | 'download';
  readonly remotePath: string;
}

/** Turns whatever ended a transfer into a `Failure` that says what to do about it. */
export function transferFailure(error: unknown, transfer: Transfer): Failure {
  if (isFailure(error)) return error;
  const { verb, remotePath } = transfer;
  const preposition = verb === 'upload' ? 'to' : 'from';
  return new Failure({
    summary: `Cannot ${verb} ${preposition} ${remotePath}: ${shortReason(error)}`,
    detail: detailOf(error, transfer),
    cause: error,
  });
}

function shortReason(error: unknown): string {
  if (error instanceof RemoteError) return error.message.toLowerCase();
  return isLocal(error) ? messageOf(error) : 'lost the connection';
}

function detailOf(error: unknown, { verb, remotePath }: Transfer): string {
  if (error instanceof RemoteError) return refusalDetail(error, verb, remotePath);
  if (isLocal(error)) return 'The problem is with a file on this side, not on the machine.';
  return `The connection to the machine broke during the transfer (${messageOf(error)}).`;
}

function refusalDetail({ reason }: RemoteError, verb: string, remotePath: string): string {
  const isUpload = verb === 'upload';
  switch (reason) {
    case 'missing':
      return isUpload
        ? `The folder that "${remotePath}" is to be in does not exist on the machine. Make it before, for instance with a shell provisioner.`
        : `There is no "${remotePath}" on the machine. Check the path and that an earlier provisioner makes it.`;
    case 'denied':
      return isUpload
        ? 'The user that bake logs in as may not write there. Upload to a place where it may, and move the file with a shell provisioner that uses sudo.'
        : 'The user that bake logs in as may not read it. Copy it with a shell provisioner that uses sudo, and download the copy.';
    default:
      return isUpload
        ? 'The machine refused it. Check that the path is not a folder, and that there is room on the disk.'
        : 'The machine refused it. Check that the path is a file, not a folder.';
  }
}

/** Errors of this system name the call that failed; what ssh2 says of a broken connection does not. */
function isLocal(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** Neither way of moving files is there; `errors` say why, one per way. */
export function noMethod(errors: readonly NoMethodError[]): Failure {
  const reasons = errors.map(({ method, message }) => `${method}: ${message}`).join('; ');
  return new Failure({
    summary: 'The machine can move files neither by scp nor by SFTP',
    detail: `Install its scp program or turn on the "sftp" subsystem of its SSH server (${reasons}).`,
    cause: errors[0],
  });
}
