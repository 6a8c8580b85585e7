# Has the Puppet of the machine ask a server what to do: bake build -var host=... examples/puppet-server
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

source "null" "web" {
  ssh_host             = var.host
  ssh_port             = var.port
  ssh_username         = var.user
  ssh_private_key_file = var.key
  ssh_agent_auth       = var.key == ""
}

build {
  sources = ["null.web"]

  provisioner "puppet-server" {
    puppet_server   = "puppet.example"
    puppet_node     = "web.example"
    facter          = { role = "web" }
    extra_arguments = ["--waitforcert", "60"]
  }
}
