import { string } from '@bake/plugin-sdk';

/** The option `inline_shebang` of `shell` and `shell-local`. */
export const inlineShebang = string(
  'What stands after `#!` in the script made of `inline`; `/bin/sh -e` by default.',
);
