"""The only reader of the environment. A default stands here only if it is right in production and may be public."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from stop_search.errors import SettingMissing

PREFIX = "STOP_SEARCH_"


class Settings(BaseSettings):
    """All settings, read from `STOP_SEARCH_…` variables. `.env.example` lists each with its meaning."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_folder: Path = Field(Path("var"), description="Where the embedded database, queue, storage and keys live.")
    database_url: str = Field("", description="SQLAlchemy address; empty means SQLite in the data folder.")
    redis_url: str = Field("", description="redis:// or unix:// address; empty means the embedded server.")
    storage_url: str = Field("", description="file:///folder or s3://bucket/prefix; empty means a folder in the data folder.")
    public_url: str = Field(..., description="The address that people type and that QR codes hold, without a path.")
    force: Path | None = Field(None, description="The force's YAML: names, languages, retention, sampling design, thresholds.")
    secret_key: SecretStr = Field(..., min_length=32, description="32 random characters or more; receipt codes and sessions hang on it.")
    demo: bool = Field(default=False, description="Allows printed sign-in links and invented people. Never in earnest.")
    ffmpeg: str = Field("", description="Path of an ffmpeg 5.1 or later; empty means the packaged one.")
    ffprobe: str = Field("", description="Path of the ffprobe that belongs to it; empty means the packaged one.")
    sandbox: Literal["auto", "bubblewrap", "landlock"] = Field(
        "auto", description="How media children are confined; auto takes bubblewrap, else Landlock."
    )
    upload_limit_bytes: int = Field(20 * 1024**3, gt=0, description="The largest single recording that is accepted, in bytes.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    faults: str = Field("", description="Crash points to die at, for the fault tests only.")

    @cached_property
    def database_address(self) -> str:
        """The SQLAlchemy address in force."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.data_folder.absolute() / 'stop-search.sqlite3'}"

    @cached_property
    def storage_address(self) -> str:
        """The storage address in force."""
        return self.storage_url or (self.data_folder.absolute() / "storage").as_uri()

    @property
    def queue_is_embedded(self) -> bool:
        """True where this installation runs its own queue server."""
        return not self.redis_url


def read_settings() -> Settings:
    """Read and check the environment.

    Raises:
        SettingMissing: a setting is missing or wrong; the message names the variable and what to put there.

    """
    try:
        return Settings()  # pyright: ignore[reportCallIssue] -- filled from the environment
    except ValidationError as error:
        raise SettingMissing(_explained(error)) from error


def _explained(error: ValidationError) -> str:
    lines = ["The settings are not complete. Put these right in the environment and start again:"]
    for problem in error.errors():
        name = str(problem["loc"][0])
        field = Settings.model_fields.get(name)
        meaning = field.description if field else "unknown setting"
        lines.append(f"  {PREFIX}{name.upper()}: {problem['msg']}. {meaning}")
    return "\n".join(lines)


def with_environment(**changes: str) -> dict[str, str]:
    """Return a copy of the environment in which a child process finds these settings (names without the prefix)."""
    return os.environ | {f"{PREFIX}{name.upper()}": value for name, value in changes.items()}
