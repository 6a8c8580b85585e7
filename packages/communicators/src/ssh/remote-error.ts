/** What the machine said no to: nothing is there, it may not be touched, or something else. */
export type RemoteReason = 'missing' | 'denied' | 'other';

/** The machine refused to do something with a file; the connection is well. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly reason: RemoteReason;

  constructor(reason: RemoteReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A way for files to travel, by its name in `ssh_file_transfer_method`. */
export type TransferMethod = 'scp' | 'sftp';

/** The machine took the login but can't do this kind of transfer; the message says why. */
export class NoMethodError extends Error {
  override readonly name = 'NoMethodError';
  readonly method: TransferMethod;

  constructor(method: TransferMethod, reason: string) {
    super(reason);
    this.method = method;
  }
}
