# SPDX-License-Identifier: GPL-2.0-or-later
"""A file server on the loopback address, which can also answer with an error."""

import contextlib
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class FileServer:
    """A running server.

    Args:
        folder: folder of the files.
    """

    def __init__(self, folder):
        self.folder = folder
        self.status = 200
        self.aliases = {}
        self.requests = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def run(self):
        self._server.serve_forever(poll_interval=0.05)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def serve(folder):
    """Serve `folder` during the context."""
    server = FileServer(folder)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join()


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.requests.append(self.path)
            path = server.aliases.get(self.path, server.folder / unquote(self.path).lstrip("/"))
            if server.status != 200 or not path.is_file():
                self.send_error(server.status if server.status != 200 else 404)
                return
            self.send_response(200)
            if path.suffix == ".html":
                self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            with path.open("rb") as file:
                shutil.copyfileobj(file, self.wfile)

        def log_message(self, *_):
            pass

    return Handler
