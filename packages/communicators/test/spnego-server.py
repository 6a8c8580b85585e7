"""A WinRM service whose logins and seals are those of the library pyspnego. It gives every command the same output.

Prints its port, then serves until its input ends."""

import base64
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import spnego

BOUNDARY = b"--Encrypted Boundary"
SEALED = "application/HTTP-SPNEGO-session-encrypted"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
ANSWERS = {
    "Create": "<rsp:Shell><rsp:ShellId>1</rsp:ShellId></rsp:Shell>",
    "Command": "<rsp:CommandResponse><rsp:CommandId>2</rsp:CommandId></rsp:CommandResponse>",
    "Receive": '<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="2">%s</rsp:Stream>'
    '<rsp:CommandState CommandId="2" State="%s/CommandState/Done"><rsp:ExitCode>0</rsp:ExitCode>'
    "</rsp:CommandState></rsp:ReceiveResponse>"
    % (base64.b64encode("WinRM connected. häuser\n".encode()).decode(), SHELL),
    "Delete": "",
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    context = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Negotiate":
            self.log_in(base64.b64decode(token))
        elif self.context is None or not self.context.complete:
            self.answer(401, {"WWW-Authenticate": "Negotiate"})
        else:
            self.serve(body)

    def log_in(self, token):
        if self.context is None or self.context.complete:
            self.context = spnego.server(protocol="ntlm")
        try:
            challenge = self.context.step(token)
        except spnego.exceptions.SpnegoError:
            self.context = None
            self.answer(401, {"WWW-Authenticate": "Negotiate"})
            return
        if self.context.complete:
            self.answer(200, {})
        else:
            value = "Negotiate " + base64.b64encode(challenge).decode()
            self.answer(401, {"WWW-Authenticate": value})

    def serve(self, body):
        sealed = body.split(b"application/octet-stream\r\n", 1)[1][: -len(BOUNDARY) - 4]
        size = int.from_bytes(sealed[:4], "little")
        message = self.context.unwrap_winrm(sealed[4 : 4 + size], sealed[4 + size :]).decode()
        action = re.search(r"Action [^>]*>[^<]*/(\w+)<", message).group(1)
        text = (
            '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:rsp="%s">'
            "<s:Header/><s:Body>%s</s:Body></s:Envelope>" % (SHELL, ANSWERS[action])
        ).encode()
        header, data, _ = self.context.wrap_winrm(text)
        parts = [
            BOUNDARY,
            b"\tContent-Type: " + SEALED.encode(),
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d" % len(text),
            BOUNDARY,
            b"\tContent-Type: application/octet-stream",
            len(header).to_bytes(4, "little") + header + data + BOUNDARY + b"--\r\n",
        ]
        content_type = 'multipart/encrypted;protocol="%s";boundary="Encrypted Boundary"' % SEALED
        self.answer(200, {"Content-Type": content_type}, b"\r\n".join(parts))

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
