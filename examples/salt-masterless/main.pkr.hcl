# Installs Salt and applies states: bake build -var host=... examples/salt-masterless
variable "host" {
  description = "Address of the machine."
  default     = "127.0.0.1"
}

variable "port" {
  default = 22
}

variable "user" {
  default = "root"
}

variable "key" {
  description = "File with the private key to log in with; your SSH agent's keys without."
  default     = ""
}

variable "folder" {
  description = "Where the machine gets its page."
  default     = "/srv/www"
}

variable "has_salt" {
  description = "Salt is on the machine already."
  type        = bool
  default     = false
}

variable "salt_bin_dir" {
  description = "Folder of salt-call on the machine, if it is not in PATH."
  default     = ""
}

source "null" "web" {
  ssh_host             = var.host
  ssh_port             = var.port
  ssh_username         = var.user
  ssh_private_key_file = var.key
  ssh_agent_auth       = var.key == ""
}

build {
  sources = ["null.web"]

  provisioner "salt-masterless" {
    local_state_tree   = "${path.root}/states"
    local_pillar_roots = "${path.root}/pillar"
    bootstrap_args     = "-X stable"
    skip_bootstrap     = var.has_salt
    salt_bin_dir       = var.salt_bin_dir
    salt_call_args     = "'pillar={folder: ${var.folder}}'"
  }
}
