/** What `ansible-playbook` means by its exit codes. */
export const exitCodes: Readonly<Record<number, string>> = {
  1: 'Ansible could not begin, for instance as the playbook, a role or a variable is wrong. What it printed is above.',
  2: 'A task failed. Its own words are above; "-vvv" in "extra_arguments" has Ansible tell more.',
  4: 'If it says UNREACHABLE above, Ansible could not reach the machine, or the connection broke: "-vvvv" in "extra_arguments" shows what SSH does. If not, it could not make sense of a playbook, an inventory or a variable.',
  5: 'Ansible does not take one of its arguments, or the inventory has no such host. What it printed is above.',
  99: 'Ansible was interrupted.',
  250: 'Ansible itself broke. What it printed is above.',
};
