/** Tag by which things are found again that are not asked for with a token or name of their own. */
export const markTag = 'bake-mark';
