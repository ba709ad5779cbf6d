"""`stop-search …`: the command line. Each command says what it does, how far it is, and what to do when it cannot go on."""

import importlib
import pkgutil
import sys

import typer
from sqlalchemy.exc import InterfaceError, OperationalError

from services import commands
from stop_search.errors import Invalid, SettingMissing, StopSearchError

SETTINGS_WRONG = 2
FAILED = 1


def made_app() -> typer.Typer:
    """Return the command line with the commands of every module in `services.commands`."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Stop-search receipts, feedback from the public, body-worn-video review and what was learned.",
    )
    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def main() -> None:
    """Run the command line. What a person can mend is said in a sentence; only faults of ours show where they happened."""
    try:
        made_app()()
    except SettingMissing as error:
        _stop(str(error), SETTINGS_WRONG)
    except Invalid as error:
        _stop("\n".join([str(error), *(f"  {path}: {message}" for path, message in error.fields.items() if message != str(error))]), FAILED)
    except StopSearchError as error:
        _stop(str(error), FAILED)
    except (OperationalError, InterfaceError) as error:
        _stop(f"The database cannot be used ({type(error).__name__}): {error.orig}\nSee what is wrong with: stop-search check", FAILED)
    except KeyboardInterrupt:
        sys.exit(130)


def _stop(message: str, code: int) -> None:
    typer.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
