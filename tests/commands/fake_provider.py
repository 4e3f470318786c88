#!/usr/bin/env python3
"""A server that answers like Google Books, for the tests of `cutover serve`.

usage: fake_provider.py PORT_FILE REQUESTS_FILE

Writes its port to PORT_FILE, and the query of each request as a line to REQUESTS_FILE.
Knows 9780306406157; has nothing for 9780000000002; is in trouble for 9780000000019.
"""
import http.server
import json
import os
import sys
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        query = urllib.parse.urlparse(self.path).query
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(query + "\n")
        isbn = urllib.parse.parse_qs(query).get("q", [""])[0].removeprefix("isbn:")
        if isbn == "9780306406157":
            self.answer(200, {"kind": "books#volumes", "totalItems": 1, "items": [{
                "kind": "books#volume", "id": "x", "volumeInfo": {
                    "title": "A Book That Only The Provider Has", "authors": ["A. Author"],
                    "publisher": "P", "publishedDate": "2001-02-03", "pageCount": 321,
                    "language": "en", "industryIdentifiers": [
                        {"type": "ISBN_13", "identifier": isbn}]}}]})
        elif isbn == "9780000000019":
            self.answer(503, {"error": {"code": 503, "message": "Service temporarily unavailable.",
                                        "errors": [{"reason": "backendFailed"}]}})
        else:
            self.answer(200, {"kind": "books#volumes", "totalItems": 0})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w", encoding="utf-8") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
