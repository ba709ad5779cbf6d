"""`stop-search axis …`: the file that an Axis body worn system asks for, so that it delivers its recordings here."""

import base64
import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from stop_search.accounts.actions import make_machine_token
from stop_search.accounts.queries import viewer_by_machine_token
from stop_search.accounts.rules import Role
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import Invalid
from stop_search.footage.delivery_rules import SIGN_IN_PATH
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.settings import read_settings

commands = typer.Typer(no_args_is_help=True)
CERTIFICATE_BYTES = 16 << 10
PEM = b"-----BEGIN CERTIFICATE-----"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(commands, name="axis")


@commands.callback()
def about() -> None:
    """Axis body worn systems: connect one. docs/operating.md says how."""


@commands.command()
def connection_file(
    label: Annotated[str, typer.Argument(help="Which system this is for, as “Docks at Wexbridge”; stands beside its token.")],
    certificate: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help="The PEM certificate by which the system knows this server; may be given more than once."
        ),
    ] = None,
) -> None:
    """Make a token for a system and print its connection file. It holds the token, so keep it as you would a password."""
    installation = open_installation(read_settings())
    address = installation.settings.public_url
    certificates = [_encoded(path) for path in certificate or []]
    if address.startswith("https://") and not certificates:
        message = "Give the server's certificate with --certificate: without one a body worn system speaks HTTP in the open."
        raise Invalid(message, {"--certificate": "The PEM file of the server's certificate, or of the authority that issued it."})
    now = datetime.now(UTC)
    with installation.writing() as session:
        token = make_machine_token(session, role=Role.CAMERA, label=label, actor=COMMAND_LINE, now=now)
        session.flush()
        machine = viewer_by_machine_token(session, token=token, now=now)
    name = str(machine.id) if machine else ""
    site = read_force(installation.settings.force).name
    typer.echo(json.dumps(_connection(address, site, name, token, certificates), indent=2))


def _connection(address: str, site: str, name: str, token: str, certificates: list[str]) -> dict[str, Any]:
    """Return the attributes that the document lists; those for encryption are left out, because encrypted footage cannot be examined."""
    told: dict[str, Any] = {
        "ConnectionFileVersion": "1.0",
        "SiteName": site[:64],
        "ApplicationName": "stop-search",
        "ApplicationVersion": version("stop-search"),
        "ContentDestinationAsNTPServer": False,
        "AuthenticationTokenURI": [address + SIGN_IN_PATH],
        "BlobAPIKey": token,
        "BlobAPIUserName": name,
        "ContainerType": "mp4",
        "FullStoreAndReadSupport": False,
        "WantEncryption": False,
    }
    return told | ({"HTTPSCertificate": certificates} if certificates else {})


def _encoded(path: Path) -> str:
    content = path.read_bytes()
    if PEM not in content or b"PRIVATE KEY" in content:
        message = f"{path.name} is no PEM certificate, or holds a private key."
        raise Invalid(message, {"--certificate": "Give the certificate alone; the key stays on the server."})
    encoded = base64.b64encode(content).decode()
    if len(encoded) > CERTIFICATE_BYTES:
        message = f"{path.name} is longer than the {CERTIFICATE_BYTES} characters that are allowed. Give one certificate, not the chain."
        raise Invalid(message, {"--certificate": message})
    return encoded
