"""`stop-search receipt check` and `receipt key`: telling a genuine receipt from a fake, without asking anybody."""

from pathlib import Path
from typing import Annotated

import typer

from receipts.signed import SIGNING_USE, SignedReceipt, public_key, read_signed
from services.commands.receipts import receipt
from stop_search.errors import Invalid, SettingMissing
from stop_search.installation import open_installation
from stop_search.settings import read_settings

NOT_GENUINE, SIGNER_UNKNOWN = 1, 3


def register(_app: typer.Typer) -> None:
    """Add nothing more: the commands hang on `receipt`."""


@receipt.command()
def check(
    file: Annotated[Path, typer.Argument(help="The signed file that came with the receipt, or the receipt saved as a page.")],
    key: Annotated[str, typer.Option(help="The force's public key, as on its page /verify. Without it: this installation's own.")] = "",
) -> None:
    """Say whether a signed receipt is genuine. Works offline. Exit code 0: genuine; 1: not; 3: unchanged, but nobody said by whose key."""
    try:
        signed = read_signed(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}."
        raise Invalid(message) from error
    trusted = key.strip().lower() or _own_key()
    verdict, code = _verdict(signed, trusted)
    typer.echo(verdict)
    if signed.is_intact:
        _tell(signed)
    if code:
        raise typer.Exit(code)


@receipt.command("key")
def show_key() -> None:
    """Print this installation's public key for receipts, which anybody may know."""
    typer.echo(public_key(open_installation(read_settings()).key_for(SIGNING_USE)))


def _verdict(signed: SignedReceipt, trusted: str) -> tuple[str, int]:
    if not signed.is_intact:
        return "NOT GENUINE: this file was changed after it was signed, or was never signed.", NOT_GENUINE
    if not trusted:
        ask = "Compare this key with the one on the force's page /verify, and give it with --key."
        return f"Unchanged since it was signed with the key {signed.public_key}. {ask}", SIGNER_UNKNOWN
    if signed.public_key != trusted:
        return f"NOT GENUINE: it is signed, but with another key ({signed.public_key}).", NOT_GENUINE
    return "Genuine: signed with this force's key, and unchanged since.", 0


def _tell(signed: SignedReceipt) -> None:
    for name in ("force_name", "title", "when", "place", "reference", "code", "check_words"):
        if value := signed.receipt.get(name):
            typer.echo(f"  {name.replace('_', ' ')}: {value}")


def _own_key() -> str:
    """Return the key of the installation whose settings are at hand; nothing where there is none."""
    try:
        settings = read_settings()
    except SettingMissing:
        return ""
    return public_key(open_installation(settings).key_for(SIGNING_USE))
