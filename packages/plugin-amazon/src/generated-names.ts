/** Names behind `build.NAME` that the builders give, as Packer's plugin does. */
export const generatedNames = [
  'BuildRegion',
  'SourceAMI',
  'SourceAMICreationDate',
  'SourceAMIName',
  'SourceAMIOwner',
  'SourceAMIOwnerName',
] as const;
