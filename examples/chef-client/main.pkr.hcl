# Installs Chef and has it ask a server what to do: bake build -var host=... -var validation_key=... examples/chef-client
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

variable "validation_key" {
  description = "File with the private key of the validating client."
  type        = string
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

  provisioner "chef-client" {
    server_url             = "https://chef.example/organizations/acme"
    validation_client_name = "acme-validator"
    validation_key_path    = var.validation_key
    chef_environment       = "production"
    run_list               = ["recipe[web]"]
  }
}
