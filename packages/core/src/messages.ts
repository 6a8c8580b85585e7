/**
 * Everything that core reports about a template, in one place so that wording is reviewed in one place.
 * Summaries are Packer's where it has one (core-behaviour, section 3.9); codes are ours and stable.
 */
export * from './messages/blocks.ts';
export * from './messages/builds.ts';
export * from './messages/files.ts';
export * from './messages/hcp.ts';
export * from './messages/options.ts';
export * from './messages/prerequisites.ts';
export * from './messages/variables.ts';
