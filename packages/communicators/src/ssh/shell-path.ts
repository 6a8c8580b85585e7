const safe = /^[\w@%+=:,./~\u0080-\uffff-]*$/;

/**
 * A path as a word for the machine's shell. As with Packer's scp the shell expands a leading `~` and
 * `$NAME`; everything else stands for itself. What needs no quotes gets none, because shells of other
 * systems don't know these.
 */
export function shellPath(path: string): string {
  const home = /^~[\w.-]*(?=\/|$)/.exec(path)?.[0] ?? '';
  // A leading dash would be taken for an option.
  const rest = path.startsWith('-') ? `./${path}` : path.slice(home.length);
  const parts = rest.split(/(\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})/);
  return home + parts.map((part, index) => (index % 2 === 1 ? `"${part}"` : quote(part))).join('');
}

function quote(text: string): string {
  return safe.test(text) && !text.startsWith('~') ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
