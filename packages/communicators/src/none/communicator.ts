import {
  type CommandResult,
  type Communicator,
  Failure,
  type RemoteCommand,
} from '@bake/plugin-sdk';

/** Stands where builds have no machine. Commands end at once with 0, as in Packer; transfers reject. */
export class NoCommunicator implements Communicator {
  async run({ signal }: RemoteCommand): Promise<CommandResult> {
    signal.throwIfAborted();
    return { exitCode: 0, disconnected: false };
  }

  async upload(_content: unknown, remotePath: string): Promise<void> {
    throw noMachine('upload', remotePath);
  }

  async uploadDir(_localDir: string, remoteDir: string): Promise<void> {
    throw noMachine('upload', remoteDir);
  }

  async download(remotePath: string): Promise<void> {
    throw noMachine('download', remotePath);
  }

  async downloadDir(remoteDir: string): Promise<void> {
    throw noMachine('download', remoteDir);
  }

  async close(): Promise<void> {}
}

function noMachine(verb: string, path: string): Failure {
  return new Failure({
    summary: `Cannot ${verb} ${path}: the communicator is "none"`,
    detail:
      'Without a communicator there is no machine to move files to or from. Set "communicator" in the source, or leave out the provisioners that need one.',
  });
}
