"""`stop-search …`: the command line. Each command says what it does, how far it is, and what to do when it cannot go on."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line."""
    app()
