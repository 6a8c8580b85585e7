import type { Communicator } from './communicator.ts';

/**
 * Takes the lines that end with a comment out of `authorized_keys` of the user and, where the user may, of
 * root (`ssh_clear_authorized_keys`): a builder does this after provisioning with the comment of its
 * temporary key pair. Gives the files that still hold such a line. Rejects as `Communicator.run` does.
 */
export async function clearAuthorizedKeys(
  communicator: Communicator,
  comment: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const chunks: Uint8Array[] = [];
  await communicator.run({
    command: script(comment),
    signal,
    onStdout: (chunk) => chunks.push(chunk),
  });
  return Buffer.concat(chunks).toString().split('\n').filter(Boolean);
}

function script(comment: string): string {
  const line = quote(` ${comment.replace(/[\\/.*[\]^$]/g, '\\$&')}$`);
  const edit = quote(`/ ${comment.replace(/[\\/.*[\]^$]/g, '\\$&')}$/d`);
  return [
    `for f in ~/.ssh/authorized_keys /root/.ssh/authorized_keys; do`,
    `as=; [ -w "$f" ] || as='sudo -n';`,
    `$as grep -q -e ${line} "$f" 2>/dev/null || continue;`,
    `$as sed -i.bake -e ${edit} "$f" && $as rm -f "$f.bake";`,
    `if $as grep -q -e ${line} "$f"; then echo "$f"; fi; done`,
  ].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
