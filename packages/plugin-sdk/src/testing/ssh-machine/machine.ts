/** Ways to log in that an `SshMachine` can offer. */
export type SshLogin = 'publickey' | 'password' | 'keyboard-interactive';

/** How to set up an `SshMachine`. */
export interface SshMachineOptions {
  /** Folder that exists and that the shell and SFTP live in; the caller owns and removes it. */
  readonly root: string;
  /** Default `bake`. */
  readonly username?: string;
  /** Fresh and random by default. */
  readonly password?: string;
  /** What the machine lets in; by default key and password. */
  readonly logins?: readonly SshLogin[];
  /** Run commands below `root` by the `chroot` program: Linux and root only, the tree needs a `/bin/sh`. */
  readonly chroot?: boolean;
  /** `false` refuses the SFTP subsystem, as some appliances do. */
  readonly sftp?: boolean;
  /** Lets clients forward their agent; the machine never makes use of it. */
  readonly agentForwarding?: boolean;
}

/**
 * A private SSH server in this process, on a loopback port of its own, whose "machine" is a folder. It
 * is not a security border: without `chroot`, commands see the whole host.
 */
export interface SshMachine {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The user's private key, fresh for this machine, in OpenSSH form. */
  readonly privateKey: string;
  /** The public half, as a line for `authorized_keys`. */
  readonly publicKey: string;
  readonly root: string;
  /** `NAME=value` that all processes of its commands have in their environment. */
  readonly mark: string;
  /** How many TCP connections it has accepted so far. */
  readonly connections: number;
  /** How many logins it has refused so far. */
  readonly refusals: number;
  /** Cuts every connection without a word, as a crash or reboot does; new ones are welcome at once. */
  dropConnections(): void;
  /** Ends connections and every process that commands left running, frees the port. May be called twice. */
  close(): Promise<void>;
}
