"""Odd recordings of known truth, made by ffmpeg when they are asked for: what each is, and what must be said and shown of it.

Every picture carries its number (ten a second, from 0) as eight white or black blocks and has a red corner at the top left, so that what
a thumbnail shows, when and which way up can be read back from it. All are three seconds long and tiny.
"""

import subprocess
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tests.support import odd_bytes
from tests.support.clips import folder, programs

WIDTH, HEIGHT, RATE, COUNT = 160, 96, 10, 30
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration=3")
KEYS = ("-g", "10")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-sc_threshold", "0", *KEYS)
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=none:keyint=10:pools=1")
BFRAMES = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "15", "-bf", "3", "-sc_threshold", "0")
MJPEG = ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-strict", "-1")
MPEG4 = ("-c:v", "mpeg4", "-q:v", "3", *KEYS)
MPEG2 = ("-r", "25", "-c:v", "mpeg2video", "-q:v", "3", "-g", "12")
SLOW = ("-vf", "setpts=4*PTS,noise=alls=20:allf=t", "-fps_mode", "vfr")
COVER = ("-map", "0:v", "-map", "1:v", "-c:v:0", "mjpeg", *X264[2:], "-c:v:1", "libx264", "-disposition:v:0", "attached_pic")
TWO_TENTHS = ("-vf", "select='lt(n\\,10)+not(mod(n\\,4))'", "-fps_mode", "vfr")


@dataclass(frozen=True)
class Odd:
    """One odd recording: how it is made, and the truth about it.

    `make` gives the whole file and stands in place of the arguments `before` and `after` the picture's input; `source` is the name of
    another odd recording that is changed. Pictures follow one another `pace` tenths of a second apart; the first that is shown has the
    number `first`, after `again` pictures the numbers begin anew, and they are told to `near` numbers. `words` must stand in the reason of
    the failure (None: it is examined without one); `flags` are all but no_sound and not_playable_in_browser.
    """

    what: str
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    make: Callable[[bytes], bytes] | None = None
    source: str = ""
    codec: str = "h264"
    shown: tuple[int, int] = (WIDTH, HEIGHT)
    rotation: int = 0
    length: float = 3.0
    within: float = 0.11
    pace: float = 1.0
    first: int = 0
    again: int = 10_000
    near: int = 0
    flags: frozenset[str] = frozenset()
    words: str | None = None
    has_pictures: bool = True
    has_sound: bool = False
    gaps: tuple[tuple[float, float], ...] = ()

    def plays(self, name: str) -> bool:
        """Return whether common browsers play it under this name."""
        known = {"", ".mp4", ".mov", ".mkv", ".webm"} if self.codec in {"h264", "vp8"} else set[str]()
        return Path(name).suffix in known and "pcm_s16le" not in self.after

    def numbers(self, at_seconds: float) -> range:
        """Return the numbers that the picture of this second may carry."""
        number = self.first + round(at_seconds * RATE / self.pace)
        number -= self.again if number >= self.again else 0
        return range(number - self.near, number + self.near + 1)


def refused(what: str, words: str, **changed: object) -> Odd:
    """Return a recording of which nothing can be shown, only said why."""
    return Odd(what, words=words, has_pictures=False, **changed)  # pyright: ignore[reportArgumentType] -- fields by name


VFR, CUT, DAMAGED = frozenset({"variable_frame_rate"}), frozenset({"cut_off"}), frozenset({"damaged"})

ROWS: dict[str, Odd] = {
    # turned
    "turned_90.mp4": Odd("stored on its side", make=odd_bytes.turned(90), source="stored_90", rotation=90),
    "turned_180.mp4": Odd("stored upside down", make=odd_bytes.turned(180), source="stored_180", rotation=180),
    "turned_270.mp4": Odd("stored on its other side", make=odd_bytes.turned(270), source="stored_270", rotation=270),
    "turned_nearly.mp4": Odd(
        "turned by a fifth of a degree less than a right angle", make=odd_bytes.turned(89.8), source="stored_90", rotation=90
    ),
    "turned_45.mp4": refused("turned by half a right angle", "stored askew", make=odd_bytes.turned(45), source="h264.mp4"),
    "mirrored.mp4": refused("stored mirrored", "stored mirrored", make=odd_bytes.mirrored, source="stored_mirrored"),
    "mirrored_upside_down.mp4": refused(
        "stored upside down, as mirrored in water", "stored mirrored", make=odd_bytes.mirrored_down, source="stored_mirrored_down"
    ),
    # shapes
    "wide_points.mp4": Odd("points twice as wide as high", ("-vf", "setsar=2", *X264), shown=(320, 96)),
    "narrow_points.mkv": Odd("points half as wide as high", ("-vf", "setsar=1/2", *X264), shown=(80, 96)),
    "wide_points_turned.mp4": Odd(
        "wide points, on its side", make=odd_bytes.turned(90), source="stored_90_wide", shown=(160, 48), rotation=90
    ),
    "portrait.mp4": Odd("higher than wide", ("-vf", "scale=96:160", *X264), shown=(96, 160)),
    "strip.mp4": Odd("twenty times as wide as high", ("-vf", "scale=640:32", *X264), shown=(640, 32)),
    "tower.mkv": Odd("ten times as high as wide", ("-vf", "scale=32:320", *X264), shown=(32, 320)),
    "odd_size.avi": Odd("an odd number of points each way", ("-vf", "scale=161:97", *MJPEG), shown=(161, 97), codec="mjpeg"),
    "tiny.mp4": Odd("16 points each way", ("-vf", "scale=16:16", *X264), shown=(16, 16)),
    "size_changes.ts": Odd("the size changes midway", make=odd_bytes.sizes_change, source="h264.ts", length=6.0, flags=DAMAGED, again=30),
    # time
    "uneven.mp4": Odd("pictures come unevenly", (*TWO_TENTHS, *X264), flags=VFR, length=2.9, within=0.21),
    "uneven.mkv": Odd("pictures come unevenly", (*TWO_TENTHS, *X264), flags=VFR, length=2.9, within=0.21),
    "gap.mp4": Odd(
        "no pictures for 1.6 s", ("-vf", "select='lt(n\\,10)+gt(n\\,24)'", "-fps_mode", "vfr", *X264), flags=VFR, gaps=((0.9, 2.5),)
    ),
    "one_keyframe.mp4": Odd("one keyframe", (*X264, "-g", "999")),
    "one_picture.mp4": Odd("a single picture", (*X264, "-frames:v", "1"), length=0.1),
    "one_picture.mkv": Odd("a single picture", (*X264, "-frames:v", "1"), length=0.1),
    "slow.mp4": Odd("one picture in four seconds", ("-vf", "setpts=40*PTS", "-fps_mode", "vfr", *X264), length=116.1, pace=40),
    "starts_late.mkv": Odd("its clock starts at 100 s", ("-output_ts_offset", "100", *X264)),
    "clock_leaps_back.ts": Odd("the clock of its container overflows midway", ("-output_ts_offset", "95442.2", *X264)),
    "b_frames.mp4": Odd("pictures lie in another order than they are shown", BFRAMES),
    "b_frames.ts": Odd("the same in a transport stream", BFRAMES),
    "b_frames.avi": Odd("MPEG-4 with B-frames where the container has no times for them", (*MPEG4, "-bf", "2"), codec="mpeg4"),
    "open_groups.mkv": Odd("groups of pictures that need the one before", (*BFRAMES, "-x264-params", "open-gop=1")),
    "interlaced.ts": Odd(
        "two half pictures in one",
        ("-vf", "setfield=tff", "-r", "25", "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-g", "12"),
        codec="mpeg2video",
        near=1,
    ),
    # edit lists
    "edit_cuts_start.mp4": Odd(
        "an edit list leaves out the first 1.3 s", make=odd_bytes.start_cut, source="h264.mp4", first=13, length=1.7
    ),
    "edit_waits.mp4": Odd("an edit list begins with half a second of nothing", make=odd_bytes.waits, source="sound.mp4", has_sound=True),
    "edit_swaps.mp4": Odd(
        "an edit list shows the last second first", make=odd_bytes.swapped, source="h264.mp4", length=2.0, first=20, again=30
    ),
    # sound
    "sound.mp4": Odd("with sound", (*X264, "-c:a", "aac"), SOUND, has_sound=True),
    "sound_of_telephone.avi": Odd(
        "sound of a telephone line", (*MPEG4, "-ar", "8000", "-c:a", "pcm_mulaw"), SOUND, has_sound=True, codec="mpeg4"
    ),
    "sound_longer.mkv": Odd(
        "the sound goes on when the pictures end", (*X264, "-c:a", "pcm_s16le"), ("-f", "lavfi", "-i", "sine=duration=7"), has_sound=True
    ),
    "sound_only.mp4": refused("sound without pictures", "only sound", before=SOUND, after=("-map", "0:a", "-c:a", "aac")),
    # no pictures
    "no_pictures.mp4": refused("an index of nothing", "not one picture", make=odd_bytes.no_fragments, source="fragmented.mp4"),
    "no_pictures.mkv": refused("a head without pictures", "cannot be read", make=odd_bytes.no_cluster, source="h264.mkv"),
    "no_pictures.avi": refused("a head without pictures", "not one picture", make=odd_bytes.no_movi, source="mpeg4.avi"),
    "no_pictures.ts": refused("tables without pictures", "cannot be read", make=odd_bytes.first_bytes(376), source="h264.ts"),
    # cut off and damaged
    "cut_off.mp4": Odd(
        "copied to 70 %",
        make=odd_bytes.share(0.7),
        source="long.mp4",
        words="was cut off",
        flags=CUT | DAMAGED,
        length=8.4,
        within=0.5,
        pace=4,
    ),
    "cut_off.mkv": Odd(
        "copied to 60 %", make=odd_bytes.share(0.6), source="long.mkv", words="was cut off", flags=CUT, length=6.0, within=2.1, pace=4
    ),
    "cut_off.avi": Odd(
        "copied to 75 %",
        make=odd_bytes.share(0.75),
        source="long.avi",
        words="was cut off",
        codec="mpeg4",
        flags=CUT | DAMAGED,
        length=8.8,
        within=0.5,
        pace=4,
    ),
    "cut_off.ts": Odd("copied to 60 %: nothing in it says how long it was", make=odd_bytes.share(0.6), source="h264.ts", length=1.7),
    "cut_off.mpg": Odd(
        "copied to 60 %: nothing in it says how long it was",
        make=odd_bytes.share(0.6),
        source="mpeg2.mpg",
        codec="mpeg2video",
        length=2.1,
        flags=DAMAGED,
        near=1,
    ),
    "cut_off_fragmented.mp4": Odd(
        "copied to 60 %: nothing in it says how long it was", make=odd_bytes.share(0.6), source="fragmented.mp4", length=1.0
    ),
    "index_missing.mp4": refused(
        "copied to 60 %, the index comes last",
        "its index, which cameras write last, is missing",
        make=odd_bytes.share(0.6),
        source="h264.mp4",
    ),
    "begins_midway.ts": Odd(
        "its first second was not copied", make=odd_bytes.without_first_share(0.35), source="h264.ts", length=2.1, first=9
    ),
    "noise_before.ts": Odd("a thousand bytes of noise stand before it", make=odd_bytes.after_noise, source="h264.ts"),
    "zeros_within.mp4": Odd(
        "half of its bytes are zeros", make=odd_bytes.zeros(0.1, 0.6), source="mjpeg.mp4", words="is damaged", codec="mjpeg", flags=DAMAGED
    ),
    "encrypted.mp4": Odd(
        "encrypted",
        (
            *X264,
            "-encryption_scheme",
            "cenc-aes-ctr",
            "-encryption_key",
            "76a6c65c5ea762046bd749a2e632ccbb",
            "-encryption_kid",
            "a7e61c373e219033c21091fa607bf3b8",
        ),
        words="damaged or encrypted",
        flags=DAMAGED,
        has_pictures=False,
    ),
    # containers and codecs
    "h264.mp4": Odd("plain", X264),
    "faststart.mp4": Odd("the index comes first", (*X264, "-movflags", "+faststart")),
    "fragmented.mp4": Odd("written piece by piece", (*X264, "-movflags", "frag_keyframe+empty_moov")),
    "h264.mov": Odd("plain", X264),
    "h264.mkv": Odd("plain", X264),
    "h264.avi": Odd("H.264 where nobody expects it", X264),
    "h264.ts": Odd("plain", X264),
    "h264.m2ts": Odd("packets of 192 bytes", (*X264, "-mpegts_m2ts_mode", "1", "-f", "mpegts")),
    "h264.mpg": Odd("H.264 in a programme stream", ("-vf", "noise=alls=30:allf=t", *X264, "-qp", "12", "-f", "vob")),
    "few_times.mpg": Odd("the container gives a time to two pictures of thirty", (*X264, "-f", "vob")),
    "hevc.mp4": Odd("plain", (*X265, "-tag:v", "hvc1"), codec="hevc"),
    "hevc.mkv": Odd("plain", X265, codec="hevc"),
    "hevc.ts": Odd("plain", X265, codec="hevc"),
    "hevc_ten_bits.mp4": Odd("ten bits a colour", (*X265, "-pix_fmt", "yuv420p10le"), codec="hevc"),
    "mjpeg.mp4": Odd("a JPEG picture each", MJPEG, codec="mjpeg"),
    "mjpeg.mkv": Odd("a JPEG picture each", MJPEG, codec="mjpeg"),
    "mjpeg.avi": Odd("a JPEG picture each", MJPEG, codec="mjpeg"),
    "mpeg4.mp4": Odd("plain", MPEG4, codec="mpeg4"),
    "mpeg4.mkv": Odd("plain", MPEG4, codec="mpeg4"),
    "mpeg4.avi": Odd("plain", MPEG4, codec="mpeg4"),
    "mpeg4.ts": Odd("plain", MPEG4, codec="mpeg4"),
    "mpeg2.ts": Odd("plain", MPEG2, codec="mpeg2video", near=1),
    "mpeg2.mpg": Odd("plain", MPEG2, codec="mpeg2video", near=1),
    "mpeg1.mpg": Odd("plain", ("-r", "25", "-c:v", "mpeg1video", "-q:v", "3", "-g", "12"), codec="mpeg1video", near=1),
    "vp8.webm": Odd("plain", ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "900k", *KEYS), codec="vp8"),
    "wmv2.wmv": Odd("plain", ("-c:v", "wmv2", "-q:v", "3", *KEYS), codec="wmv2"),
    # names
    "-i.mp4": Odd("its name is an option", X264),
    "--help": Odd("its name is an option", (*X264, "-f", "mp4")),
    "two\nlines -->.mp4": Odd("its name has two lines", X264),
    "%03d.mp4": Odd("its name is a pattern", X264),
    "concat:a|b.mp4": Odd("its name is a list", X264),
    '\'; rm -rf "$HOME" #.mkv': Odd("its name is a command", X264),
    "\udcff.mp4": Odd("its name is no text", X264),
    "\u202egpj.\u00e9\U0001f6a8.mp4": Odd("its name runs backwards, has an accent and a picture", X264),
    # more than one
    "two_pictures.mkv": Odd("two streams of pictures: the first counts", ("-map", "0:v", "-map", "0:v", *X264)),
    "many_streams.mkv": refused("twenty streams of pictures", "more than 16 streams", after=(*["-map", "0:v"] * 20, *X264)),
    "cover_only.mp4": refused(
        "sound and a cover",
        "only sound",
        before=SOUND,
        after=("-map", "1:v", "-map", "0:a", "-frames:v", "1", "-c:v", "mjpeg", "-c:a", "aac", "-disposition:v", "attached_pic"),
    ),
    "cover.mp4": Odd("a cover beside the pictures", COVER, ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=1:duration=1")),
    "long_words.mkv": Odd(
        "words in it are longer than its pictures",
        (*X264, "-metadata", f"title={'x' * 60_000}", "-metadata", "creation_time=1904-01-01T00:00:00Z"),
    ),
    "says_a_year.mp4": Odd(
        "its movie header says that it lasts a year, its tables three seconds", make=odd_bytes.lasts_a_year, source="faststart.mp4"
    ),
    "lasts_for_ages.mp4": refused(
        "its table shows each picture for eight years", "cannot be right", make=odd_bytes.lasts_for_ages, source="h264.mp4"
    ),
    "says_a_year.mkv": Odd(
        "its head says that it lasts a year", make=odd_bytes.lasts_a_year_too, source="h264.mkv", words="was cut off", flags=CUT
    ),
}


STORED = {
    "long.mp4": (*SLOW, *X264, "-movflags", "+faststart"),
    "long.mkv": (*SLOW, *X264),
    "long.avi": (*SLOW, *MPEG4),
    "stored_90": ("-vf", "transpose=clock", *X264),
    "stored_180": ("-vf", "hflip,vflip", *X264),
    "stored_270": ("-vf", "transpose=cclock", *X264),
    "stored_90_wide": ("-vf", "transpose=clock,setsar=1/2", *X264),
    "stored_mirrored": ("-vf", "hflip", *X264),
    "stored_mirrored_down": ("-vf", "vflip", *X264),
}


@cache
def odd_clip(name: str) -> bytes:
    """Return the bytes of one of ROWS."""
    if name in STORED:
        return made_of(Path(name).suffix or ".mp4", STORED[name])
    row = ROWS[name]
    return row.make(odd_clip(row.source)) if row.make else made_of(Path(name).suffix or ".mp4", row.after, row.before)


def made_of(ending: str, after: tuple[str, ...], before: tuple[str, ...] = ()) -> bytes:
    """Return what ffmpeg makes of the numbered pictures with these arguments."""
    path = folder() / f"{uuid.uuid4().hex}{ending}"
    picture = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", str(_numbers()))
    command = [
        str(programs().ffmpeg),
        "-nostdin",
        "-v",
        "error",
        "-y",
        *before,
        *picture,
        *after,
        "-threads",
        "1",
        "-fflags",
        "+bitexact",
        str(path),
    ]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    return path.read_bytes()


def number_shown(picture: np.ndarray) -> int:
    """Return the number that a picture (height, width, 3) carries."""
    height, width = picture.shape[:2]
    row, half = int(height * 0.75), max(1, height // 32)
    bits = [picture[row - half : row + half, int(width * (bit + 0.5) / 8)].mean() > 128 for bit in range(8)]
    return int("".join("1" if bit else "0" for bit in bits), 2)


def is_upright(picture: np.ndarray) -> bool:
    """Return whether the red corner is at the top left and nowhere else."""
    height, width = picture.shape[:2]
    down, across = max(1, height // 12), max(1, width // 12)
    corners = [picture[down, across], picture[down, -across - 1], picture[-down - 1, -across - 1], picture[-down - 1, across]]
    reds = [int(corner[2]) - int(corner[1]) > 70 for corner in corners]
    return reds == [True, False, False, False]


@cache
def _numbers() -> Path:
    """Return the pictures 0 to COUNT, uncompressed."""
    path = folder() / "numbers.raw"
    with path.open("wb") as out:
        for number in range(COUNT):
            frame = np.full((HEIGHT, WIDTH, 3), 110, dtype=np.uint8)
            frame[: HEIGHT // 4, : WIDTH // 4] = (30, 30, 230)
            for bit in range(8):
                frame[HEIGHT // 2 :, bit * WIDTH // 8 : (bit + 1) * WIDTH // 8] = 235 if number >> (7 - bit) & 1 else 20
            out.write(frame.tobytes())
    return path
