# Runs a playbook with the Ansible of the machine: bake build -var host=... examples/ansible-local
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

source "null" "web" {
  ssh_host             = var.host
  ssh_port             = var.port
  ssh_username         = var.user
  ssh_private_key_file = var.key
  ssh_agent_auth       = var.key == ""
}

build {
  sources = ["null.web"]

  provisioner "ansible-local" {
    playbook_file           = "${path.root}/site.yml"
    role_paths              = ["${path.root}/roles/web"]
    inventory_groups        = ["web"]
    extra_arguments         = ["--extra-vars", "folder=${var.folder}"]
    clean_staging_directory = true
  }
}
