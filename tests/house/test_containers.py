"""The containers: what docker-compose.yml promises of confinement, and that what it runs and names is there. No engine is needed."""

import re
import shlex
from pathlib import PurePosixPath
from typing import Any

import pytest
import typer
import yaml

from services.cli import made_app
from stop_search.jobs.rules import Queue
from stop_search.settings import PREFIX, Settings
from tests.support.tree import TOP, read

COMPOSE: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
WORKERS = {name: service for name, service in OURS.items() if service["image"] == "stop-search-worker"}
DOCKERFILES = ["services/api/Dockerfile", "services/worker/Dockerfile"]
KEYS = {  # of the Compose specification, those that this file may use
    *("build", "cap_drop", "command", "configs", "depends_on", "entrypoint", "environment", "healthcheck", "image", "init", "logging"),
    *("mem_limit", "networks", "pids_limit", "ports", "read_only", "restart", "secrets", "security_opt", "shm_size", "stop_grace_period"),
    *("tmpfs", "user", "volumes"),
}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def test_every_key_is_one_of_the_compose_specification() -> None:
    assert not {key for key in COMPOSE if not key.startswith("x-")} - {"name", "services", "networks", "volumes", "configs", "secrets"}
    assert not {f"{name}.{key}" for name, service in SERVICES.items() for key in service if key not in KEYS}


def test_everything_that_a_service_names_is_declared() -> None:
    for name, service in SERVICES.items():
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert {given["source"] for given in service.get("configs", ())} <= set(COMPOSE["configs"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(("/", "."))}
        assert named <= set(COMPOSE["volumes"]), name
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[other], f"{other} has no healthcheck"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_change_nothing_and_gain_nothing(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert any(place.startswith("/tmp:") for place in service["tmpfs"])  # noqa: S108 -- inside the container
    assert not {"privileged", "cap_add", "devices", "network_mode"} & service.keys()


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_has_no_way_out(name: str) -> None:
    assert [COMPOSE["networks"][network]["internal"] for network in WORKERS[name]["networks"]] == [True]
    assert "ports" not in WORKERS[name]


def test_every_queue_has_a_worker_that_serves_it_alone() -> None:
    served = [command[command.index("--queue") + 1] for command in (worker["command"] for worker in WORKERS.values())]
    assert sorted(served) == sorted(Queue)
    assert all(worker["command"].count("--queue") == 1 for worker in WORKERS.values())


def test_workers_can_be_multiplied() -> None:
    assert not [name for name, worker in WORKERS.items() if "container_name" in worker or "ports" in worker]
    assert not [volume for worker in WORKERS.values() for volume in worker["volumes"] if ":" in volume], "workers share no folder"


def test_only_the_site_is_published_and_only_on_this_machine() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {"api": ["127.0.0.1:8000:8000"]}


def test_secrets_come_from_files_or_the_environment_and_have_no_default() -> None:
    settings = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    secret_settings = {name.upper() for name in COMPOSE["secrets"] if name.startswith(PREFIX.lower())}
    assert {f"{PREFIX}SECRET_KEY", f"{PREFIX}DATABASE_URL"} <= secret_settings <= settings
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search("SECRET|PASSWORD(?!_FILE)|ACCESS_KEY", variable):
                assert str(value).startswith("${"), f"{variable} has a value in the file"
                assert ":?" in value, f"{variable} must stop the start when it is missing"
    assert not re.search(r"\$\{[A-Z_]+:?-", read("docker-compose.yml"))


def test_every_setting_that_a_container_is_given_exists() -> None:
    settings = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    given = {variable for service in SERVICES.values() for variable in service.get("environment", {}) if variable.startswith(PREFIX)}
    given |= set(re.findall(rf"{PREFIX}[A-Z_]+", "".join(map(read, DOCKERFILES))))
    assert given <= settings


def test_the_queue_server_drops_nothing_and_writes_everything_down() -> None:
    command = shlex.join(SERVICES["redis"]["command"])
    assert "--maxmemory-policy noeviction" in command
    assert "--appendonly yes" in command


def _commands() -> list[list[str]]:
    in_files = [re.findall(r'"([^"]+)"', line) for name in DOCKERFILES for line in re.findall(r"^CMD (\[.*\])$", read(name), re.MULTILINE)]
    in_compose = [service["command"] for service in OURS.values() if "command" in service]
    checks = [service["healthcheck"]["test"][1:] for service in OURS.values() if "healthcheck" in service]
    return [command for command in [*in_files, *in_compose, *checks] if command[0] == "stop-search"]


def test_every_command_that_a_container_runs_exists_with_its_options() -> None:
    known = typer.main.get_command(made_app())
    commands = _commands()
    assert len(commands) > len(DOCKERFILES)
    for _, name, *rest in commands:
        command = known.commands.get(name)  # pyright: ignore[reportAttributeAccessIssue] -- a group
        assert command, f"stop-search has no command {name}"
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, f"stop-search {name} does not know all of {rest}"


@pytest.mark.parametrize("name", DOCKERFILES)
def test_an_image_is_pinned_small_and_not_root(name: str) -> None:
    text = read(name)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"python:3.11-slim-bookworm"}
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes" in text
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    kept = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    for path in copied:
        assert (TOP / path).exists(), path
        assert any(PurePosixPath(path).match(pattern) for pattern in kept), f"{path} is kept from the build by .dockerignore"
