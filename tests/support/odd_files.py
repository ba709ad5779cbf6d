"""Odd, broken and hostile files that somebody may upload as a recording. The neighbour that some point to is a real clip."""

import gzip
import io
import json
import random
import struct
import zipfile

from tests.support import odd_bytes
from tests.support.clips import clip, cut, hurt
from tests.support.odd_clips import odd_clip

NEIGHBOUR = "neighbour.mp4"  # lies in the same folder as the odd file


# texts that name other files or addresses -> what each must be called
POINTING: dict[str, tuple[bytes, str]] = {
    "ffconcat.mp4": (f"ffconcat version 1.0\nfile {NEIGHBOUR}\n".encode(), "a list (ffconcat)"),
    "ffconcat_marked.mp4": (f"\ufeffffconcat version 1.0\nfile '{NEIGHBOUR}'\n".encode(), "a list (ffconcat)"),
    "ffconcat_wide.mp4": (f"\ufeffffconcat version 1.0\nfile '{NEIGHBOUR}'\n".encode("utf-16-le"), "a list (ffconcat)"),
    "ffconcat_absolute.mp4": (b"ffconcat version 1.0\nfile /etc/passwd\n", "a list (ffconcat)"),
    "concat_without_header.mp4": (f"file {NEIGHBOUR}\nfile {NEIGHBOUR}\n".encode() * 4, "a list (ffconcat)"),
    "concat_protocol.mp4": (f"concat:{NEIGHBOUR}|{NEIGHBOUR}".encode(), "a list (concat)"),
    "subfile.mp4": (f"subfile,,start,0,end,0,,:{NEIGHBOUR}".encode(), "a list (subfile)"),
    "hls.mp4": (f"#EXTM3U\n#EXTINF:10,\n{NEIGHBOUR}\n#EXT-X-ENDLIST\n".encode(), "a playlist (HLS)"),
    "hls_http.mp4": (b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n", "a playlist (HLS)"),
    "hls_key.mp4": (f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/passwd"\n#EXTINF:1,\n{NEIGHBOUR}\n'.encode(), "a playlist (HLS)"),
    "dash.mp4": (f'<?xml version="1.0"?><MPD><Period><BaseURL>{NEIGHBOUR}</BaseURL></Period></MPD>'.encode(), "a manifest (DASH)"),
    "smooth.mp4": (
        b'<SmoothStreamingMedia><StreamIndex Url="http://127.0.0.1:9/x"/></SmoothStreamingMedia>',
        "a manifest (Smooth Streaming)",
    ),
    "sdp.mp4": (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 9 RTP/AVP 96\r\n", "a session description (SDP)"),
    "playlist.mp4": (f"[playlist]\nFile1={NEIGHBOUR}\n".encode(), "a playlist (PLS)"),
    "asx.mp4": (f'<ASX VERSION="3.0"><ENTRY><REF HREF="{NEIGHBOUR}"/></ENTRY></ASX>'.encode(), "a playlist (ASX)"),
    "xspf.mp4": (
        f"<playlist><trackList><track><location>{NEIGHBOUR}</location></track></trackList></playlist>".encode(),
        "a playlist (XSPF)",
    ),
    "smil.mp4": (f'<smil><body><video src="{NEIGHBOUR}"/></body></smil>'.encode(), "a playlist (SMIL)"),
    "shortcut.mp4": (b"[InternetShortcut]\r\nURL=file:///etc/passwd\r\n", "a shortcut"),
    "address.mp4": (b"http://127.0.0.1:9/x.mp4\n", "text that points to an address"),
    "subtitles_srt.mp4": (f"1\r\n00:00:00,000 --> 00:00:09,000\r\n<img src={NEIGHBOUR}>\r\n".encode(), "subtitles (SRT)"),
    "subtitles_srt_wide.mp4": ("\ufeff1\n00:00:00,000 --> 00:00:09,000\nwords\n".encode("utf-16-be"), "subtitles (SRT)"),
    "subtitles_ass.mp4": (
        b"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:09.00,,,0,0,0,,words\n",
        "subtitles (ASS)",
    ),
    "subtitles_webvtt.mp4": (f"WEBVTT\n\n00:00.000 --> 00:09.000\n{NEIGHBOUR}#xywh=0,0,160,90\n".encode(), "subtitles (WebVTT)"),
    "subtitles_sami.mp4": (b"<SAMI><BODY><SYNC Start=0><P>words</BODY></SAMI>", "subtitles (SAMI)"),
    "subtitles_ttml.mp4": (b'<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>', "subtitles (TTML)"),
    "subtitles_microdvd.mp4": (b"{0}{90}words|more words\n{91}{120}words\n", "subtitles (MicroDVD)"),
    "subtitles_mpl2.mp4": (b"[0][90]words\n[91][120]words\n", "subtitles (MPL2)"),
    "subtitles_vobsub.mp4": (b"# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\n", "subtitles (VobSub)"),
}


def structures() -> dict[str, tuple[bytes, str]]:
    """Return name -> (bytes, words of the reason): recordings whose own structure points to other files, or holds them."""
    movie, matroska, name = odd_clip("h264.mp4"), odd_clip("h264.mkv"), NEIGHBOUR.encode()
    return {
        "pictures_elsewhere.mp4": (odd_bytes.elsewhere(b"file:///" + name)(movie), "data reference"),
        "pictures_at_an_address.mp4": (odd_bytes.elsewhere(b"http://127.0.0.1:9/x.mp4")(movie), "data reference"),
        "reference_movie.mp4": (odd_bytes.reference_movie(name)(movie), "data reference"),
        "attached_playlist.mp4": (odd_bytes.attached(b"list.m3u8")(matroska), "Matroska attachments"),
        "next_file.mp4": (odd_bytes.linked("3e83bb", name)(matroska), "segment linking"),
        "next_segment.mp4": (odd_bytes.linked("3eb923", bytes(range(16)))(matroska), "segment linking"),
        "file_before.mp4": (odd_bytes.linked("3c83ab", name)(matroska), "segment linking"),
        "segment_before.mp4": (odd_bytes.linked("3cb923", bytes(range(16)))(matroska), "segment linking"),
        "chapter_elsewhere.mp4": (odd_bytes.chapter_elsewhere(bytes(range(16)))(matroska), "segment linking"),
        "subtitles_with_playlist.avi": (_avi_with(f"#EXTM3U\n#EXTINF:10,\n{NEIGHBOUR}\n".encode()), "an AVI with subtitles (GAB2)"),
    }


def odd_files() -> dict[str, tuple[bytes, str | None]]:
    """Return name -> (bytes, words that the reason of the failure must hold; None for what is only odd and is examined)."""
    chance = random.Random(7)  # noqa: S311 -- repeatable noise
    plain = clip("plain.mp4").read_bytes()
    return {
        "empty.mp4": (b"", "empty"),
        "one_byte.mp4": (b"\x00", "zeros"),
        "zeros.mp4": (bytes(50_000), "zeros"),
        "noise.mp4": (chance.randbytes(50_000), "cannot be read"),
        "text.mp4": (b"These are the officer's notes of the day.\n" * 50, "text"),
        "json.mp4": (json.dumps({"video": "x" * 500}).encode(), "text"),
        "picture.mp4": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(500), "JPEG"),
        "picture_png.mp4": (b"\x89PNG\r\n\x1a\n" + bytes(500), "PNG"),
        "document.mp4": (b"%PDF-1.7\n" + bytes(500), "PDF"),
        "archive.mp4": (_zip(), "ZIP"),
        "gzip.mp4": (gzip.compress(plain), "gzip"),
        "program.mp4": (b"\x7fELF\x02\x01\x01" + bytes(500), "program"),
        "script.mp4": (b"#!/bin/sh\nrm -rf /\n", "script"),
        "sound.mp4": (_wav(), "sound"),
        "page.mp4": (b"<!doctype html><script src=http://127.0.0.1/x></script>", "XML or HTML"),
        "no_index.mp4": (cut("index_last.mp4", 0.5).read_bytes(), "cut off"),
        "only_header.mp4": (plain[:32], "cut off"),
        "cut_off_faststart.mp4": (cut("plain.mp4", 0.65).read_bytes(), "cut off"),
        "cut_off.mkv": (cut("plain.mkv", 0.5).read_bytes(), "cut off"),
        "cut_off.avi": (cut("plain.avi", 0.4).read_bytes(), "cut off"),
        "ruined.mp4": (hurt("index_last.mp4", share=0.6, seed=3, start=0.01, end=0.6), "damaged"),
        "index_ruined.mp4": (hurt("index_last.mp4", share=0.5, seed=4, start=0.7), ""),
        "huge_picture.webm": (_with_vp8_size(clip("plain.webm").read_bytes()), ""),
        "huge_picture.mp4": (_with_size(plain, 60_000, 60_000), None),
        "boxes_in_boxes.mp4": (plain[:32] + _nested(4000), "cannot be read"),
        "box_of_wrong_length.mp4": (plain[:32] + struct.pack(">I4s", 0xFFFF_FFF0, b"moov") + plain[40:], None),
        "sound_only.mkv": (clip("sound_only.mkv").read_bytes(), "only sound"),
    }


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("clip.mp4", bytes(500))
    return made.getvalue()


def _wav() -> bytes:
    return b"RIFF" + struct.pack("<I", 2036) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + bytes(2000)


def _avi_with(playlist: bytes) -> bytes:
    """Return the shape of an old attack: an AVI whose subtitle stream holds a playlist."""
    return (
        b"RIFF"
        + struct.pack("<I", 4096)
        + b"AVI "
        + b"LIST"
        + struct.pack("<I", 512)
        + b"movi"
        + b"GAB2\x00\x02\x00"
        + playlist
        + bytes(3000)
    )


def _with_size(content: bytes, width: int, height: int) -> bytes:
    """Return an MP4 whose sample description says another size than its pictures have."""
    at = content.index(b"avc1", content.index(b"stsd")) + 4 + 24
    return content[:at] + struct.pack(">HH", width, height) + content[at + 4 :]


def _with_vp8_size(content: bytes) -> bytes:
    """Return a WebM whose every keyframe says that it is 16383 pixels wide and high."""
    sign = b"\x9d\x01\x2a"
    parts = content.split(sign)
    return parts[0] + b"".join(sign + struct.pack("<HH", 16383, 16383) + part[4:] for part in parts[1:])


def _nested(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = struct.pack(">I4s", len(content) + 8, b"moov") + content
    return content
