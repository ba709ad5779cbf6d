"""The only reader of the environment. A default stands here only if it is right in production and may be public."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from stop_search.errors import SettingMissing

PREFIX = "STOP_SEARCH_"
SECRET_FILES = Path("/run/secrets")  # one file for each setting, named in small letters: how containers are given secrets
KEPT_ENVIRONMENT = "environment.env"  # in the data folder; the demo writes it, so that commands typed beside it find its settings
LEAST_DIFFERENT_CHARACTERS = 10
EVIDENCE_KEY_LENGTH = 32
ON_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
ADDRESSES = {
    "database_url": ("sqlite:", "postgresql:", "postgresql+psycopg:"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "storage_url": ("file:///", "s3://"),
    "watched_bucket": ("s3://",),
    "smtp_url": ("smtp://", "smtps://"),
}


class Settings(BaseSettings):
    """All settings, read from `STOP_SEARCH_…` variables. `.env.example` lists each with its meaning."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True)

    data_folder: Path = Field(Path("var"), description="Where the embedded database, queue, storage and keys live.")
    database_url: str = Field("", description="SQLAlchemy address; empty means SQLite in the data folder.")
    redis_url: str = Field("", description="redis:// or unix:// address; empty means the embedded server.")
    storage_url: str = Field("", description="file:///folder or s3://bucket/prefix; empty means a folder in the data folder.")
    public_url: str = Field(..., description="The address that people type and that QR codes hold, https:// and without a path.")
    force: Path | None = Field(None, description="The force's YAML: names, languages, retention, sampling design, thresholds.")
    secret_key: SecretStr = Field(..., min_length=32, description="32 random characters or more; receipt codes and sessions hang on it.")
    demo: bool = Field(default=False, description="Allows sign-in as invented people without a link. Never in earnest.")
    metrics_token: SecretStr = Field(SecretStr(""), description="Bearer token for /metrics; empty means only this machine may read it.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Addresses (with commas between) of the proxies whose X-Forwarded-For is believed."
    )
    oidc_issuer: str = Field("", description="The force's OpenID Connect issuer; kept for sign-in with force accounts, not used yet.")
    oidc_client_id: str = Field("", description="Our client id at that issuer; not used yet.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Our client secret at that issuer; not used yet.")
    ffmpeg: str = Field("", description="Path of an ffmpeg 5.1 or later; empty means the packaged one.")
    ffprobe: str = Field("", description="Path of the ffprobe that belongs to it; empty means the packaged one.")
    sandbox: Literal["auto", "bubblewrap", "landlock"] = Field(
        "auto", description="How media children are confined; auto takes bubblewrap, else Landlock."
    )
    upload_limit_bytes: int = Field(20 * 1024**3, gt=0, description="The largest single recording that is accepted, in bytes.")
    evidence_url: str = Field(
        "", description="Where the force's evidence system takes requests to hold a file; empty where it keeps none for us."
    )
    evidence_key: SecretStr = Field(
        SecretStr(""), description="32 random characters or more, shared with it: requests are signed with them."
    )
    watched_folder: Path | None = Field(None, description="A folder in which recordings are looked for every minute; empty means none.")
    watched_bucket: str = Field("", description="s3://bucket/prefix in which recordings are looked for every minute; empty means none.")
    watched_quiet_seconds: int = Field(60, ge=0, description="How long a file in the watched folder must not have changed, in seconds.")
    watched_done_days: int = Field(7, ge=0, description="Days after which what was taken is removed from done/ in that folder.")
    watched_bucket_after: Literal["leave", "move"] = Field(
        "leave", description="What is done with what was taken from the bucket: left where it is, or moved below done/."
    )
    smtp_url: str = Field("", description="smtp://host:587 (with STARTTLS) or smtps://host:465 of the mail server; empty means no mail.")
    smtp_user: str = Field("", description="User at the mail server; empty where it asks for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of that user.")
    mail_from: str = Field("", description="The address that mail comes from, such as stops@force.example.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    faults: str = Field("", description="Crash points to die at, for the fault tests only.")

    @field_validator("database_url", "redis_url", "storage_url", "watched_bucket", "smtp_url")
    @classmethod
    def _names_a_known_kind(cls, value: str, info: object) -> str:
        kinds = ADDRESSES[str(getattr(info, "field_name", ""))]
        if value and not value.startswith(kinds):
            message = f"must begin with {' or '.join(kinds)}"
            raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_a_bare_address(cls, value: str) -> str:
        parts = urlsplit(value.rstrip("/"))
        _ = parts.port  # raises ValueError where it is no port
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
            message = "must be https://host or https://host:port, without a path"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _is_random(cls, value: SecretStr) -> SecretStr:
        if len(set(value.get_secret_value())) < LEAST_DIFFERENT_CHARACTERS:
            message = 'is not random; make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _has_tls_in_earnest(self) -> Self:
        host = urlsplit(self.public_url).hostname
        if self.public_url.startswith("http://") and not self.demo and host not in ON_THIS_MACHINE:
            message = "must begin with https://: without it, codes and sessions travel in the open"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _says_who_mail_comes_from(self) -> Self:
        if self.smtp_url and "@" not in self.mail_from:
            message = "STOP_SEARCH_MAIL_FROM must be set with STOP_SEARCH_SMTP_URL: the address that mail comes from"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _asks_the_evidence_system_safely(self) -> Self:
        if not self.evidence_url:
            return self
        parts = urlsplit(self.evidence_url)
        if parts.scheme != "https" and parts.hostname not in ON_THIS_MACHINE:
            message = "STOP_SEARCH_EVIDENCE_URL must begin with https://: requests say what is held"
            raise ValueError(message)
        if len(self.evidence_key.get_secret_value()) < EVIDENCE_KEY_LENGTH:
            message = f"STOP_SEARCH_EVIDENCE_KEY must be set with STOP_SEARCH_EVIDENCE_URL: {EVIDENCE_KEY_LENGTH} random characters or more"
            raise ValueError(message)
        return self

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


def folder_given() -> Path:
    """Return the data folder that the environment names, before there are settings to read."""
    return Path(os.environ.get(f"{PREFIX}DATA_FOLDER") or "var")


def read_settings() -> Settings:
    """Read and check the environment; what it does not say is taken from `environment.env` in the data folder, if that is there.

    Raises:
        SettingMissing: a setting is missing or wrong; the message names the variable and what to put there.

    """
    kept = folder_given() / KEPT_ENVIRONMENT
    try:
        return Settings(_env_file=kept, _secrets_dir=SECRET_FILES if SECRET_FILES.is_dir() else None)  # pyright: ignore[reportCallIssue] -- filled from the environment
    except ValidationError as error:
        raise SettingMissing(_explained(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{kept} cannot be read: {error}. Put it right or remove it."
        raise SettingMissing(message) from error


def _explained(error: ValidationError) -> str:
    """Return one line for each problem. What was given is never repeated: it may be a secret."""
    lines = ["The settings are not complete. Put these right in the environment and start again:"]
    for problem in error.errors(include_input=False):
        name = str(problem["loc"][0]).lower().removeprefix(PREFIX.lower()) if problem["loc"] else "public_url"
        field = Settings.model_fields.get(name)
        meaning = field.description if field else "There is no such setting: remove it."
        wrong = "is not set" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        lines.append(f"  {PREFIX}{name.upper()}: {wrong}. {meaning}")
    return "\n".join(lines)


def with_environment(**changes: str) -> dict[str, str]:
    """Return a copy of the environment in which a child process finds these settings (names without the prefix)."""
    return os.environ | {f"{PREFIX}{name.upper()}": value for name, value in changes.items()}
