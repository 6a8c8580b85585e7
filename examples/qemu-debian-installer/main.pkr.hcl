# Debian installed from its network CD without a hand: the installer gets its answers from bake.

packer {
  required_plugins {
    qemu = {
      source  = "github.com/hashicorp/qemu"
      version = ">= 1.1.0"
    }
  }
}

variable "iso_url" {
  type        = string
  default     = "https://cdimage.debian.org/cdimage/archive/12.11.0/amd64/iso-cd/debian-12.11.0-amd64-netinst.iso"
  description = "The installer."
}

variable "iso_checksum" {
  type        = string
  default     = "file:https://cdimage.debian.org/cdimage/archive/12.11.0/amd64/iso-cd/SHA256SUMS"
  description = "Its checksum, or where that stands."
}

source "qemu" "debian" {
  iso_url        = var.iso_url
  iso_checksum   = var.iso_checksum
  disk_size      = "8G"
  format         = "qcow2"
  memory         = 1024
  cpus           = 2
  vm_name        = "debian.qcow2"
  headless       = true
  http_directory = "${path.root}/http"

  # Escape leaves the menu for a prompt; the line names the kernel's entry and answers the first questions.
  boot_wait = "5s"
  boot_command = [
    "<esc><wait>",
    "auto url=http://{{ .HTTPIP }}:{{ .HTTPPort }}/preseed.cfg ",
    "hostname=debian domain=local<enter>",
  ]

  ssh_username     = "packer"
  ssh_password     = "packer"
  ssh_timeout      = "60m"
  shutdown_command = "sudo poweroff"
}

build {
  sources = ["source.qemu.debian"]

  provisioner "shell" {
    inline = [
      "sudo apt-get update",
      "sudo apt-get install -y qemu-guest-agent",
      "sudo apt-get clean",
    ]
  }
}
