"""Has the Python client pywinrm run commands, and prints what it got of them as JSON."""

import json
import sys

from winrm.protocol import Protocol

url, transport, encryption, username, password, *commands = sys.argv[1:]
client = Protocol(
    endpoint=url,
    transport=transport,
    username=username,
    password=password,
    message_encryption=encryption,
    server_cert_validation="ignore",
    operation_timeout_sec=1,
    read_timeout_sec=5,
)
results = []
shell = client.open_shell(codepage=65001)
for line in commands:
    command = client.run_command(shell, line)
    stdout, stderr, code = client.get_command_output(shell, command)
    client.cleanup_command(shell, command)
    results.append({"stdout": stdout.decode(), "stderr": stderr.decode(), "code": code})
client.close_shell(shell)
print(json.dumps(results))
