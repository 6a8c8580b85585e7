import type { TextFunctions } from '@bake/plugin-sdk';

/** Bytes that names of images may have. */
const allowed = /[A-Za-z0-9()[\] ./\-'@_]/;

/** What `{{ }}` in options of builders and of `amazon-import` has beside Packer's own functions. */
export const templateFunctions: TextFunctions = {
  clean_resource_name: (text) =>
    [...Buffer.from(text)]
      .map((byte) => String.fromCharCode(byte))
      .map((one) => (allowed.test(one) ? one : '-'))
      .join(''),
};
