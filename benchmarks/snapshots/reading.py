"""The decoders: each says what it reads in a photograph, or nothing."""

from collections.abc import Callable

import cv2
import zxingcpp

from benchmarks.snapshots.phone import Photograph


def by_zxing(photograph: Photograph) -> str:
    """Return what zxing-cpp reads, as it comes."""
    return next((found.text for found in zxingcpp.read_barcodes(photograph, zxingcpp.BarcodeFormat.QRCode)), "")


def by_opencv(photograph: Photograph) -> str:
    """Return what OpenCV's QRCodeDetector reads."""
    return _read(cv2.QRCodeDetector(), photograph)


def by_opencv_aruco(photograph: Photograph) -> str:
    """Return what OpenCV's QRCodeDetectorAruco reads."""
    return _read(cv2.QRCodeDetectorAruco(), photograph)


DECODERS: dict[str, Callable[[Photograph], str]] = {"zxing-cpp": by_zxing, "OpenCV": by_opencv, "OpenCV Aruco": by_opencv_aruco}


def _read(detector: cv2.QRCodeDetector | cv2.QRCodeDetectorAruco, photograph: Photograph) -> str:
    try:
        return detector.detectAndDecode(photograph)[0]
    except (cv2.error, UnicodeDecodeError):  # it stumbles over squares that it misreads
        return ""
