/** Comments for those who see HCL for the first time; written with `-with-annotations`. */
export const annotations = {
  file: `# Made by "hcl2_upgrade" from a template in the legacy JSON format. Please read it through before you
# rely on it. All files in a folder that end in .pkr.hcl make up one template, so the blocks below can
# be spread over several: variables.pkr.hcl, sources.pkr.hcl and so on.
#
# \${ } is HCL, {{ }} is a Go template. HCL is done first; neither sees into the other.
`,
  packer: '# What this template needs: the version of Packer, and plugins.\n',
  variables: `# Input variables, set with -var, in files of variables, or as PKR_VAR_name in the environment. In JSON
# all were text, so here all are of type string; the type can be changed, and checks can be added.
`,
  secrets: '# Secrets that are read from AWS Secrets Manager, as {{aws_secretsmanager}} did.\n',
  images: '# Images that builders start from, found as their "source_ami_filter" did.\n',
  locals: `# Values that are computed once. Variables that used others, or functions, became locals.
`,
  timestamp: '# Takes the place of {{timestamp}}: when the run began, as 14 digits.\n',
  sources: `# Sources are the builders: where a machine comes from. Build blocks refer to them.
`,
  build:
    '# The build takes each of its sources through the provisioners and then the post-processors.\n',
} as const;
