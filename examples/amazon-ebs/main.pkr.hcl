# An Ubuntu server with a message of the day, as an image in two regions.

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "copy_to" {
  type        = list(string)
  default     = ["eu-west-1"]
  description = "Further regions that get the image."
}

variable "name" {
  type    = string
  default = "hello"
}

# For trying it against another server than Amazon's, such as moto.
variable "endpoint" {
  type    = string
  default = ""
}

variable "ssh_port" {
  type    = number
  default = 22
}

variable "ssh_username" {
  type    = string
  default = "ubuntu"
}

locals {
  stamp = formatdate("YYYYMMDDhhmmss", timestamp())
}

source "amazon-ebs" "hello" {
  region              = var.region
  custom_endpoint_ec2 = var.endpoint
  ami_name            = "${var.name}-${local.stamp}"
  ami_description     = "Made of {{ .SourceAMIName }}"
  ami_regions         = var.copy_to
  instance_type       = "t3.micro"
  ssh_username        = var.ssh_username
  ssh_port            = var.ssh_port

  source_ami_filter {
    filters = {
      name                = "ubuntu/images/*ubuntu-jammy-22.04-amd64-server-*"
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
    owners      = ["099720109477"]
    most_recent = true
  }

  tags = {
    Name   = var.name
    Source = "{{ .SourceAMI }}"
  }

  run_tags = {
    Name = "build of ${var.name}"
  }

  snapshot_tags = {
    Name = "${var.name} ({{ .BuildRegion }})"
  }
}

build {
  sources = ["source.amazon-ebs.hello"]

  provisioner "file" {
    source      = "${path.root}/files/motd.txt"
    destination = "/tmp/motd.txt"
  }

  provisioner "shell" {
    inline = ["sudo install -m 644 /tmp/motd.txt /etc/motd", "rm /tmp/motd.txt"]
  }
}
