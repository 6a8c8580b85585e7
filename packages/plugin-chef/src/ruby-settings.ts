/** Settings of a configuration of Chef, a line each; those that are empty are left out. */
export function rubySettings(
  settings: Readonly<Record<string, string | readonly string[]>>,
): string {
  return Object.entries(settings)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${inRuby(value)}\n`)
    .join('');
}

function inRuby(value: string | readonly string[]): string {
  if (typeof value !== 'string') return `[${value.map(inRuby).join(',')}]`;
  // "#" begins an expression, as in "#{x}".
  return `"${value.replace(/["\\#]/g, '\\$&')}"`;
}
