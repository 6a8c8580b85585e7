import { type CommunicatorConfig, Failure } from '@bake/plugin-sdk';
import ssh2, { type Algorithms, type CipherAlgorithm, type KexAlgorithm } from 'ssh2';

/**
 * What to offer the server by the template's wish. Names that bake does not know are left out, as
 * Packer does; a `Failure` when none remains.
 */
export function algorithmsOf(config: CommunicatorConfig): Algorithms {
  const cipher = known('ssh_ciphers', config.ssh_ciphers, (name) => ({
    cipher: [name as CipherAlgorithm],
  }));
  const kex = known('ssh_key_exchange_algorithms', config.ssh_key_exchange_algorithms, (name) => ({
    kex: [name as KexAlgorithm],
  }));
  return {
    ...(cipher === undefined ? {} : { cipher: cipher as CipherAlgorithm[] }),
    ...(kex === undefined ? {} : { kex: kex as KexAlgorithm[] }),
  };
}

function known(
  option: string,
  names: readonly string[] | undefined,
  alone: (name: string) => Algorithms,
): readonly string[] | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const supported = names.filter((name) => isSupported(alone(name)));
  if (supported.length > 0) return supported;
  throw new Failure({
    summary: `None of the algorithms in ${option} is supported`,
    detail: `Name at least one that bake knows, instead of ${names.map((name) => `"${name}"`).join(', ')}, or leave the option out.`,
  });
}

/** ssh2 keeps its lists to itself, but refuses to make a server with a name that is not in them. */
function isSupported(algorithms: Algorithms): boolean {
  try {
    new ssh2.Server({ hostKeys: [], algorithms });
    return true;
  } catch {
    return false;
  }
}
