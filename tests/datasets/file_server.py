"""An HTTP server of one folder, on a free port of this machine, that misbehaves as the first part of the path says.

file_server.py FOLDER: prints its port, writes a line "PATH RANGE" a request to FOLDER/requests, ends with its input.
"""
import http.server
import os
import re
import sys
import threading
import time

FOLDER = sys.argv[1]
seen = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("Range", "-")
        with open(os.path.join(FOLDER, "requests"), "a") as log:
            log.write(f"{self.path} {asked}\n")
        seen[self.path] = seen.get(self.path, 0) + 1
        _, mode, name = self.path.split("/", 2)
        getattr(self, mode)(name, asked)

    def content(self, name):
        with open(os.path.join(FOLDER, name), "rb") as file:
            return file.read()

    def head(self, status, length, start=None, total=None):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if start is not None:
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        self.end_headers()

    def plain(self, name, asked, cut_at=None):
        body = self.content(name)
        start = int(re.match(r"bytes=(\d+)-", asked)[1]) if asked != "-" else 0
        if asked != "-" and start >= len(body):
            return self.head(416, 0)
        self.head(206 if asked != "-" else 200, len(body) - start, start if asked != "-" else None, len(body))
        self.wfile.write(body[start:cut_at])
        if cut_at is not None:
            self.close_connection = True

    # Breaks off after half of the file, once.
    def cut(self, name, asked):
        self.plain(name, asked, len(self.content(name)) // 2 if seen[self.path] == 1 else None)

    # Never gives more than the first half.
    def half(self, name, asked):
        body = self.content(name)
        if asked == "-":
            return self.plain(name, asked, len(body) // 2)
        start = int(re.match(r"bytes=(\d+)-", asked)[1])
        self.head(206, len(body) - start, start, len(body))
        self.close_connection = True

    def norange(self, name, asked):
        body = self.content(name)
        self.head(200, len(body))
        self.wfile.write(body)

    # Answers a request for the rest with the beginning.
    def wrongrange(self, name, asked):
        body = self.content(name)
        if asked == "-":
            return self.plain(name, asked)
        self.head(206, len(body), 0, len(body))
        self.wfile.write(body)

    def wrong(self, name, asked):
        body = self.content(name)
        self.head(200, len(body))
        self.wfile.write(bytes(255 - byte for byte in body))

    def missing(self, name, asked):
        self.head(404, 9)
        self.wfile.write(b"not here\n")

    def busy(self, name, asked):
        if seen[self.path] <= 2:
            return self.head(503, 0)
        self.plain(name, asked)

    def redirect(self, name, asked):
        self.send_response(302)
        self.send_header("Location", f"/plain/{name}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def elsewhere(self, name, asked):
        self.send_response(302)
        self.send_header("Location", "file:///etc/hostname")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def announced(self, name, asked):
        self.head(200, 1 << 40)
        self.wfile.write(b"x" * 1000)

    # Without a length, and without an end.
    def endless(self, name, asked):
        self.head(200, None)
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True

    def stall(self, name, asked):
        body = self.content(name)
        self.head(200, len(body))
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        time.sleep(20)

    # Takes the request and never answers.
    def silent(self, name, asked):
        time.sleep(20)

    def log_message(self, *ignored):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdout.write(f"{server.server_port}\n")  # one write: who reads it closes the pipe after
sys.stdout.flush()
sys.stdin.read()
