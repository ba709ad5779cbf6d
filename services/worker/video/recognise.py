"""What a file is by its first bytes, where it is no recording: so that a refusal names the reason. Pure."""

import re
from dataclasses import dataclass

HEAD_BYTES = 4096
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,asf"  # ffmpeg's names of the containers that cameras write
SEND = "Send the recording itself, as the camera or its docking station wrote it: MP4, MOV, MKV, WebM, AVI, MPEG or WMV."

POINTERS = (
    (b"ffconcat", "a list (ffconcat) that points to other files"),
    (b"#EXTM3U", "a playlist (HLS) that points to other files or addresses"),
    (b"v=0", "a session description (SDP) that points to addresses"),
    (b"[playlist]", "a playlist (PLS) that points to other files or addresses"),
    (b"[Reference]", "a playlist (ASX) that points to other files or addresses"),
    (b"[InternetShortcut]", "a shortcut that points to an address"),
    (b"#RTSP", "a list (RTSP) that points to addresses"),
    (b"RTSPtext", "a list (RTSP) that points to addresses"),
    (b"SMILtext", "a list (SMIL) that points to other files or addresses"),
    (b"file ", "a list (ffconcat) that points to other files"),
    (b"concat:", "a list (concat) that points to other files"),
    (b"subfile,", "a list (subfile) that points to other files"),
    (b"http://", "text that points to an address"),
    (b"https://", "text that points to an address"),
    (b"rtsp://", "text that points to an address"),
    (b"file:", "text that points to another file"),
)
SUBTITLES = (
    (re.compile(rb"WEBVTT\b"), "WebVTT"),
    (re.compile(rb"\[Script Info\]", re.IGNORECASE), "ASS"),
    (re.compile(rb"<SAMI\b", re.IGNORECASE), "SAMI"),
    (re.compile(rb"(<\?xml[^>]*>\s*)?<tt[\s:>]", re.IGNORECASE), "TTML"),
    (re.compile(rb"\d{1,6}\s{1,4}\d+:\d\d:\d\d[,.]\d+ *-->"), "SRT"),
    (re.compile(rb"\{\d+\}\{\d*\}"), "MicroDVD"),
    (re.compile(rb"\[\d+\]\[\d*\]"), "MPL2"),
    (re.compile(rb"# VobSub index file"), "VobSub"),
    (re.compile(rb"\[INFORMATION\]"), "SubViewer"),
    (re.compile(rb"\d\d?:\d\d:\d\d[:=,.]"), "with times"),
)
LISTS_IN_XML = (
    (b"<mpd", "a manifest (DASH) that points to other files or addresses"),
    (b"<smoothstreamingmedia", "a manifest (Smooth Streaming) that points to other files or addresses"),
    (b"<manifest", "a manifest (HDS) that points to other files or addresses"),
    (b"<asx", "a playlist (ASX) that points to other files or addresses"),
    (b"<smil", "a playlist (SMIL) that points to other files or addresses"),
    (b"<playlist", "a playlist (XSPF) that points to other files or addresses"),
    (b"<mlt", "a list (MLT) that points to other files"),
    (b"<compositionplaylist", "a playlist (IMF) that points to other files"),
)
OTHERS = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"%PDF", "a PDF document"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"#!", "a script"),
    (b"ID3", "an MP3 sound file"),
    (b"fLaC", "a FLAC sound file"),
    (b"OggS", "an Ogg file"),
    (b"FLV\x01", "a Flash video"),
)


@dataclass(frozen=True)
class Refusal:
    """Why a file is not examined, and what to do: a sentence each."""

    reason: str
    advice: str


ATTACHED = Refusal("There are other files in this file (Matroska attachments), which no camera puts there. None of them was opened.", SEND)


def refusal(head: bytes) -> Refusal | None:
    """Return why a file that starts with these bytes is no recording; None where its start does not rule one out."""
    if not head:
        return Refusal("The file is empty: it has no bytes.", "Send it again; if the original is empty too, the camera recorded nothing.")
    if not head.strip(b"\0"):
        return Refusal("The file begins with nothing but zeros, as after a copy that was cut off.", SEND)
    if pointing := _what_points_elsewhere(head):
        return Refusal(f"This is not a recording but {pointing}. Nothing that it points to was opened.", SEND)
    if other := _what_else(head):
        return Refusal(f"This is not a recording but {other}.", SEND)
    return None


def _what_points_elsewhere(head: bytes) -> str | None:
    start = _as_text(head).lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, what in POINTERS:
        if start[: len(magic)].lower() == magic.lower():
            return what
    if kind := next((kind for pattern, kind in SUBTITLES if pattern.match(start)), None):
        return f"subtitles ({kind}), which may name other files"
    if head[:4] == b"RIFF" and (b"GAB2" in head or b"txts" in head):
        return "an AVI with subtitles (GAB2), which may hold a list of other files"
    return _markup(start) if start[:1] == b"<" else None


def _as_text(head: bytes) -> bytes:
    """Return text in UTF-16 as UTF-8, all else as it is."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(name, "replace").encode()
    return head


def _what_else(head: bytes) -> str | None:
    for magic, what in OTHERS:
        if head.startswith(magic):
            return what
    if head[:4] == b"RIFF" and head[8:12] != b"AVI ":
        return "a sound or picture file (RIFF)"
    return "text" if _is_text(_as_text(head)) else None


def _markup(start: bytes) -> str:
    small = start.lower()
    return next((what for mark, what in LISTS_IN_XML if mark in small), "a page or a document in XML or HTML")


def _is_text(head: bytes) -> bool:
    """Return whether all bytes are readable: no container that we take starts with 64 such bytes."""
    if len(head) < 4 or any(byte < 9 or 13 < byte < 32 or byte == 127 for byte in head):  # noqa: PLR2004 -- ASCII's control characters
        return False
    try:
        head[: len(head) - len(head) % 4].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 8
    return True
