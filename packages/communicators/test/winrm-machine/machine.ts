/**
 * A private stand-in for a Windows machine, on loopback. It speaks the whole of the protocol, and its logins and seals
 * are checked by clients that others have made (`winrm-pywinrm.test.ts`), but behind it there is no Windows: commands are
 * run by /bin/sh in `root`, which is its drive C:, and of PowerShell it understands only the scripts that bake sends.
 */
export interface WinrmMachine {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly root: string;
  /** What was asked so far, as the last part of the action: `Create`, `Receive`. */
  readonly asked: readonly string[];
  /** Connections that were made to it so far. */
  readonly connections: number;
  /** Shells that are open. */
  readonly shells: number;
  /** The longest request so far, in bytes. */
  readonly longestRequest: number;
  /** Whether the last login was bound to its TLS connection. */
  readonly isBound: boolean;
  /** Cuts all connections, as a loss of power does. Shells stay unless `reboot` is set. */
  dropConnections(settings?: { readonly reboot?: boolean }): void;
  /** Ends it with all that runs on it. */
  close(): Promise<void>;
}

/** What it does instead of answering. */
export type Trouble =
  | 'drop'
  | 'cut'
  | 'garbage'
  | 'no soap'
  | 'unsealed'
  | 'no http'
  | 'endless'
  | 'refuse'
  | 'hang'
  | 'abort'
  | 'deny'
  | 'status 503';

/** How it behaves; everything but the folder has a default. */
export interface WinrmMachineOptions {
  readonly root: string;
  readonly username?: string;
  readonly password?: string;
  /** HTTPS with a certificate of its own. */
  readonly tls?: boolean;
  /** Kinds of login that it takes; both by default. */
  readonly logins?: readonly ('basic' | 'ntlm')[];
  /** Takes requests over HTTP that are not sealed; true by default, unlike Windows. */
  readonly allowsUnencrypted?: boolean;
  /** KiB that a message may have; 500 by default. */
  readonly maxEnvelope?: number;
  /** Whether it tells `maxEnvelope`. */
  readonly tellsConfig?: boolean;
  /** Milliseconds after which it says that there is no output yet, if that is less than the client gives it. */
  readonly longestWait?: number;
  /** A port to listen on, for a machine that comes back. */
  readonly port?: number;
  /** Whether it comes with the time, so that logins need a MIC; true by default. */
  readonly tellsTime?: boolean;
  /** The environment that `$env:` looks into. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What its PowerShell writes instead of doing what a script is for. With CLIXML it fails. */
  readonly powershellSays?: (script: string) => string | undefined;
  /** Troubles, by what is asked and how often it was asked before. */
  readonly trouble?: (action: string, before: number) => Trouble | undefined;
}
