// For Packer's other template language, which is Go's: how Go treats text and time, and which name was meant.

export { isLetter, isLetterOrDigit, isPrintable } from './character-category.ts';
export { formatGoLayout } from './functions/go-time-layout.ts';
export { lowerCase, upperCase } from './functions/letter-case.ts';
export { momentOf } from './functions/moment.ts';
export { formatStrftime } from './functions/strftime.ts';
export { suggest } from './suggest.ts';
