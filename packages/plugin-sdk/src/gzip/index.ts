/** Compression on all processors: gzip itself, and what other formats made of blocks need for it. */
export { blocksOf, inParallel } from './blocks.ts';
export { gzip } from './gzip.ts';
