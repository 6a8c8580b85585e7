/** Names that Vagrant has for processors, by Node's. */
const names: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: 'i386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};

/** The architecture of this computer, as Vagrant calls it: `amd64`, `arm64`, `i386`. */
export function hostArchitecture(): string {
  return names[process.arch] ?? process.arch;
}
