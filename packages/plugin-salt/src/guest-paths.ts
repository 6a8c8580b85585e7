/** Where Salt looks on a machine. */
export interface GuestPaths {
  readonly stateTree: string;
  readonly pillarRoots: string;
  /** Of `minion` and `grains`. */
  readonly configDir: string;
  readonly tempDir: string;
}

/** By `guest_os_type`: https://docs.saltproject.io/en/latest/ref/configuration/minion.html */
export const guestPaths: Readonly<Record<'unix' | 'windows', GuestPaths>> = {
  unix: {
    stateTree: '/srv/salt',
    pillarRoots: '/srv/pillar',
    configDir: '/etc/salt',
    tempDir: '/tmp/salt',
  },
  windows: {
    stateTree: 'C:/salt/state',
    pillarRoots: 'C:/salt/pillar',
    configDir: 'C:/salt/conf',
    tempDir: 'C:/Windows/Temp/salt',
  },
};
