/** A text of Ruby. */
export function rubyText(text: string): string {
  return `"${text.replace(/[\\"#]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** What a box sets for its provider. `lines` stand in the block of the provider. */
export function providerBlock(
  provider: string,
  lines: readonly string[],
  parameters = 'provider',
): string {
  const body = [
    'Vagrant.configure("2") do |config|',
    `  config.vm.provider ${rubyText(provider)} do |${parameters}|`,
    ...lines.map((line) => `    ${line}`),
    '  end',
    'end',
  ];
  return body.join('\n');
}

/** The Vagrantfile of a box: what its provider needs, then what the template adds, which can change all before it. */
export function boxVagrantfile(provider: string | undefined, custom: string | undefined): string {
  const parts = [
    ...(provider ? ['# What this box needs of its provider.', provider, ''] : []),
    ...(custom ? ['# What the template adds.', custom.trimEnd(), ''] : []),
  ];
  return parts.length === 0 ? '# This box sets nothing.\n' : parts.join('\n');
}
