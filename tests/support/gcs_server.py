"""A server that speaks as much of Google Cloud Storage's XML API as obstore does, and a token endpoint that verifies.

The token endpoint checks the signature, the audience and the times of a service account's assertion with its public
key; the store answers only who brings a token that was given out. Started by tests, on loopback.
"""

from __future__ import annotations

import base64
import email
import email.policy
import email.utils
import hashlib
import json
import re
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_GOOGLES = re.compile(r"/(?P<what>upload/|download/)?storage/v1/b/(?P<bucket>[^/]+)/o(?:/(?P<key>.+))?")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Server(ThreadingHTTPServer):
    """Keeps objects in memory.

    Attributes
    ----------
    objects : dict
        ``bucket/key`` to content and version.
    fail : list of int
        Statuses that the next requests to the store get.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.buckets: set[str] = set()
        self.objects: dict[str, tuple[bytes, int]] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.tokens: set[str] = set()
        self.fail: list[int] = []
        self.lock = threading.RLock()
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def credentials(self, key: rsa.RSAPrivateKey | None = None, *, exchanged: bool = True) -> str:
        """Give the JSON of a service account's key; one that is exchanged for a token, or one that signs by itself."""
        secret = (key or self.key).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        tokens = f"{self.address}/token" if exchanged else "https://oauth2.googleapis.com/token"
        return json.dumps(
            {
                "type": "service_account", "project_id": "p", "private_key_id": "k", "private_key": secret.decode(),
                "client_email": "scores@p.iam.gserviceaccount.com", "token_uri": tokens,
            }
        )  # fmt: skip

    def token_for(self, assertion: str) -> str | None:
        """Give a token for an assertion that is right."""
        if not self.is_signed(assertion):
            return None
        token = secrets.token_hex(16)
        self.tokens.add(token)
        return token

    def is_signed(self, assertion: str) -> bool:
        """Tell whether the account has signed an assertion, and whether its time has come and not gone."""
        try:
            head, claims, signature = assertion.split(".")
            self.key.public_key().verify(
                _decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError):
            return False
        said = json.loads(_decoded(claims))
        now = time.time()
        return (
            json.loads(_decoded(head))["alg"] == "RS256"
            and said["iss"] == "scores@p.iam.gserviceaccount.com"
            and said["iat"] - 60 <= now <= said["exp"] <= now + 3700
            and said["scope"].rpartition("/")[2] in {"devstorage.read_write", "cloud-platform"}
        )


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"", kind: str = "application/xml", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if parts.path == "/token":
            token = self.server.token_for(parse_qs(body.decode())["assertion"][0])
            good = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
            said = good if token else {"error": "invalid_grant"}
            self._answer(200 if token else 401, json.dumps(said).encode(), "application/json")
            return
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self.server.tokens and not self.server.is_signed(bearer):
            self._refuse(401, "AuthenticationRequired")
            return
        with self.server.lock:
            if self.server.fail:
                self._refuse(self.server.fail.pop(0), "SlowDown")
                return
            found = _GOOGLES.fullmatch(parts.path)
            if found is not None:
                self._for_google(found["what"], found["bucket"], unquote(found["key"] or ""), query, body)
                return
            bucket, _, key = unquote(parts.path.lstrip("/")).partition("/")
            if bucket not in self.server.buckets:
                self._refuse(404, "NoSuchBucket")
            elif key:
                getattr(self, f"_{self.command.lower()}")(f"{bucket}/{key}", query, body)
            else:
                self._list(bucket, query)

    def _for_google(self, what: str | None, bucket: str, key: str, query: dict[str, str], body: bytes) -> None:
        """Answer Google's own client, which speaks JSON: as much of that as shows what the objects are."""
        if what == "upload/":
            kind = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            about, content = email.message_from_bytes(kind + body, policy=email.policy.HTTP).iter_parts()
            key = query.get("name") or json.loads(about.get_content())["name"]
            self._keep(f"{bucket}/{key}", content.get_payload(decode=True))
        if what == "download/":
            self._get(f"{bucket}/{key}", query, body)
            return
        names = [f"{bucket}/{key}"] if key else sorted(n for n in self.server.objects if n.startswith(f"{bucket}/"))
        known = [self._described(name) for name in names if name in self.server.objects]
        said = {"kind": "storage#objects", "items": known} if not key else known[0] if known else {}
        self._answer(200 if said else 404, json.dumps(said).encode(), "application/json")

    def _described(self, name: str) -> dict[str, str]:
        content, version = self.server.objects[name]
        bucket, _, key = name.partition("/")
        md5 = base64.b64encode(hashlib.md5(content).digest()).decode()
        sizes = {"size": str(len(content)), "generation": str(version), "metageneration": "1", "md5Hash": md5}
        return {"kind": "storage#object", "id": f"{name}/{version}", "name": key, "bucket": bucket, **sizes}

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _handle

    def _list(self, bucket: str, query: dict[str, str]) -> None:
        prefix = query.get("prefix", "")
        names = sorted(name.partition("/")[2] for name in self.server.objects if name.startswith(f"{bucket}/{prefix}"))
        start = int(query.get("continuation-token", "0"))
        shown, more = names[start : start + 2], len(names) > start + 2  # so few, to see whether pages are turned
        made = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>{escape(self._tag(f'{bucket}/{name}'))}</ETag>"
            f"<Size>{len(self.server.objects[f'{bucket}/{name}'][0])}</Size></Contents>"
            for name in shown
        )
        token = f"<NextContinuationToken>{start + 2}</NextContinuationToken>" if more else ""
        said = f"<ListBucketResult>{made}<IsTruncated>{str(more).lower()}</IsTruncated>{token}</ListBucketResult>"
        self._answer(200, said.encode())

    def _tag(self, name: str) -> str:
        content, version = self.server.objects[name]
        return f'"{hashlib.md5(content).hexdigest()}-{version}"'

    def _get(self, name: str, _: dict[str, str], __: bytes) -> None:
        if name not in self.server.objects:
            self._refuse(404, "NoSuchKey")
            return
        content = self.server.objects[name][0]
        about = {"ETag": self._tag(name), "Last_Modified": email.utils.formatdate(usegmt=True)}
        asked = self.headers.get("Range", "").removeprefix("bytes=")
        if not asked:
            self._answer(200, content, "application/octet-stream", **about)
            return
        start, end = asked.split("-")
        first, last = int(start), min(int(end or len(content)), len(content) - 1)
        span = f"bytes {first}-{last}/{len(content)}"
        self._answer(206, content[first : last + 1], "application/octet-stream", Content_Range=span, **about)

    _head = _get

    def _put(self, name: str, query: dict[str, str], body: bytes) -> None:
        if "uploadId" in query:
            self.server.uploads[query["uploadId"]][int(query["partNumber"])] = body
            self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')
            return
        if self.headers.get("x-goog-if-generation-match") == "0" and name in self.server.objects:
            self._refuse(412, "PreconditionFailed")
            return
        self._keep(name, body)
        self._answer(200, ETag=self._tag(name), x_goog_generation=str(self.server.objects[name][1]))

    def _keep(self, name: str, body: bytes) -> None:
        self.server.objects[name] = (body, self.server.objects.get(name, (b"", 0))[1] + 1)

    def _post(self, name: str, query: dict[str, str], body: bytes) -> None:
        if "uploads" in query:
            upload = secrets.token_hex(8)
            self.server.uploads[upload] = {}
            bucket, _, key = name.partition("/")
            self._answer(
                200,
                f"<InitiateMultipartUploadResult><Bucket>{bucket}</Bucket><Key>{escape(key)}</Key>"
                f"<UploadId>{upload}</UploadId></InitiateMultipartUploadResult>".encode(),
            )
            return
        parts = self.server.uploads.pop(query["uploadId"])
        wanted = [int(part.text or 0) for part in ElementTree.fromstring(body).iter("PartNumber")]
        self._keep(name, b"".join(parts[number] for number in wanted))
        said = f"<CompleteMultipartUploadResult><ETag>{escape(self._tag(name))}</ETag></CompleteMultipartUploadResult>"
        self._answer(200, said.encode(), ETag=self._tag(name))

    def _delete(self, name: str, query: dict[str, str], _: bytes) -> None:
        if "uploadId" in query:
            self.server.uploads.pop(query["uploadId"], None)
        elif self.server.objects.pop(name, None) is None:
            self._refuse(404, "NoSuchKey")
            return
        self._answer(204)
