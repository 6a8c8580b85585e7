// How Go treats text and time, for Packer's other template language, which is Go's.

export { formatGoLayout } from './functions/go-time-layout.ts';
export { lowerCase, upperCase } from './functions/letter-case.ts';
export { momentOf } from './functions/moment.ts';
export { formatStrftime } from './functions/strftime.ts';
