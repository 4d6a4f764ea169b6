"""The route that pages ask for upload URLs: `flask --app flask_app run`."""

import json
import os
import urllib.error
import urllib.request
import uuid

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

API_URL = os.environ.get("ITTYBIT_API_URL", "https://api.ittybit.com")
TIMEOUT = 30  # seconds
SIMPLE_LIMIT = 64 * 1024 * 1024 - 4096  # of the 64 MB, the form around the file needs some
CHUNK_SIZE = 16 * 1024 * 1024
LONGEST_BODY = 64 * 1024
MAX_FILE_SIZE = 5_000_000_000
ALLOWED_TYPES = (
    "audio/mp4", "audio/mpeg", "image/jpeg", "image/png", "image/webp",
    "video/mp4", "video/quicktime", "video/webm",
)

app = Flask(__name__)


class Refused(Exception):
    def __init__(self, status, message, headers=()):
        self.status, self.message, self.headers = status, message, dict(headers)


@app.post("/api/uploads")
def create_upload():
    if not is_own_page():
        raise Refused(403, "Only this app's own pages can upload.")
    user = user_of_request()
    if user is None:
        raise Refused(401, "Please sign in to upload.")
    file = read_file()
    if file["filesize"] > MAX_FILE_SIZE:
        raise Refused(413, f"This file is too large. The limit is {MAX_FILE_SIZE} bytes.")
    if file["type"] not in ALLOWED_TYPES:
        types = ", ".join(ALLOWED_TYPES)
        raise Refused(403, f"Only these types of files are allowed: {types}.")
    upload = {"filename": file["filename"], "metadata": {"user": user}}
    if file["filesize"] <= SIMPLE_LIMIT:
        return jsonify(url=upload_url(upload))
    url = upload_url({**upload, "resumable": True})
    return jsonify(url=url, protocol="resumable", chunk_size=CHUNK_SIZE)


def user_of_request():
    """Who asks: your user's id, or `None`. Look it up in your app's own sessions."""
    app.logger.error(
        "flask_app.py: replace the body of user_of_request(). Until then, nobody can upload."
    )
    return None


def is_own_page():
    """A browser says whose page asks, and no page can change that."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return not origin or origin in (f"http://{request.host}", f"https://{request.host}")


def read_file():
    """What the page says: checked, and still not to be trusted."""
    media_type = request.headers.get("Content-Type", "").split(";")[0]
    if media_type.strip().lower() != "application/json":
        raise Refused(415, "The request's Content-Type must be application/json.")
    key = request.headers.get("Idempotency-Key", "")
    try:
        text = request.stream.read(LONGEST_BODY + 1)
        if len(text) > LONGEST_BODY:
            raise Refused(413, "The request about this file is too large.")
        body = json.loads(text)  # nested too deeply, a RecursionError
        name, size = body["filename"], body["filesize"]
        # The key is the same for every attempt to upload a file.
        is_key = str(uuid.UUID(key)) == key.lower()
        is_name = isinstance(name, str) and 0 < len(name.encode()) <= 1024 and "\0" not in name
        is_size = type(size) is int and 0 <= size < 2**53
    except (KeyError, OSError, RecursionError, TypeError, ValueError):
        is_key = is_name = is_size = False
    if not (is_key and is_name and is_size):
        raise Refused(400, "The request needs an Idempotency-Key, a filename and a filesize.")
    return {"filename": name, "filesize": size, "type": body.get("type")}


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The key goes nowhere else."""

    def redirect_request(self, *_):
        return None


service = urllib.request.build_opener(NoRedirects)


def upload_url(upload):
    asked = urllib.request.Request(
        f"{API_URL}/uploads",
        json.dumps(upload).encode(),
        {
            "Authorization": f"Bearer {os.environ['ITTYBIT_API_KEY']}",
            "Content-Type": "application/json",
        },
    )
    try:
        with service.open(asked, timeout=TIMEOUT) as response:
            answer = json.loads(response.read(1_000_000))
        if answer.get("error"):
            raise ValueError("it reports an error")
        url = (answer.get("data") or answer)["url"]
        if not url.startswith("https://"):
            raise ValueError("its URL is none for a file")
        return url
    except urllib.error.HTTPError as error:
        app.logger.error("Ittybit refused (%s)", error.code)
        wait = error.headers.get("Retry-After")
        status = error.code if error.code in (413, 429) else 502
        message = "The upload service is not available."
        raise Refused(status, message, {"Retry-After": wait} if wait else {}) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        app.logger.error("Ittybit did not answer with an upload URL: %s", type(error).__name__)
        is_late = isinstance(getattr(error, "reason", error), TimeoutError)
        raise Refused(504 if is_late else 502, "The upload service is not available.") from None


@app.errorhandler(Refused)
def refuse(refused):
    return jsonify(error={"message": refused.message}), refused.status, refused.headers


@app.errorhandler(HTTPException)
def refuse_request(error):
    return jsonify(error={"message": error.description}), error.code


@app.after_request
def never_from_a_cache(response):
    response.headers["Cache-Control"] = "no-store"  # an upload URL works once
    return response
