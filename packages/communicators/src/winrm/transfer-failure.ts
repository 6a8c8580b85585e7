import { Failure, isFailure, messageOf } from '@bake/plugin-sdk';

/** Which transfer went wrong. */
export interface Transfer {
  readonly verb: 'upload' | 'download';
  readonly remotePath: string;
}

/** The script that moves files ended without having done it; the message is what it said, `TYPE: MESSAGE`. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** Turns whatever ended a transfer into a `Failure` that says what to do about it. */
export function transferFailure(error: unknown, transfer: Transfer): Failure {
  const { verb, remotePath } = transfer;
  const what = `Cannot ${verb} ${verb === 'upload' ? 'to' : 'from'} ${remotePath}`;
  const detail = isFailure(error) ? error.detail : detailOf(error, transfer);
  return new Failure({
    summary: `${what}: ${reasonOf(error)}`,
    ...(detail === undefined ? {} : { detail }),
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (error instanceof ScriptError) return message.replace(/^\w+: /, '');
  return isFailure(error) ? message.charAt(0).toLowerCase() + message.slice(1) : message;
}

function detailOf(error: unknown, { verb }: Transfer): string {
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall !== undefined) return 'The problem is with a file on this side, not on the machine.';
  const [, type] = /^(\w+):/.exec(messageOf(error)) ?? [];
  switch (type) {
    case 'Disconnected':
      return 'The connection to the machine broke during the transfer.';
    case 'FileNotFoundException':
    case 'DirectoryNotFoundException':
    case 'DriveNotFoundException':
      return 'There is no such file or folder on the machine. Check the path and that an earlier provisioner makes it.';
    case 'UnauthorizedAccessException':
    case 'SecurityException':
      return verb === 'upload'
        ? 'The user that bake logs in as may not write there, or the file is read-only.'
        : 'The user that bake logs in as may not read it.';
    default:
      return verb === 'upload'
        ? 'Check that the path can be a file on Windows, that nothing has the file open, and that there is room on the disk.'
        : 'Check that the path is right, and that nothing keeps the file locked.';
  }
}
