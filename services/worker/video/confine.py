"""What a media child does to itself before it looks at uploaded bytes: limits, Landlock, a system call filter.

Runs inside the child, with Python's standard library alone, while it still has one thread. Nothing here can be taken back.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 1, 38, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
CLONE_THREAD = 0x0001_0000
CLONE3 = 435

# linux/landlock.h: rights by bit; each newer version of the interface knows more of them
READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, read a folder
READ_FILE = 1 << 2
FIRST_RIGHTS = (1 << 13) - 1
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
BIND_AND_CONNECT_TCP = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

# System calls that nothing here needs: sockets, looking into or signalling other processes, mounts and namespaces, keys, kernel modules,
# io_uring (which would do file and network work past this filter), and changing owners, modes, times and attributes, which Landlock
# leaves alone. Numbers from the kernel's tables for each architecture.
REFUSED = {
    "x86_64": (
        *(41, 53, 62, 101, 155, 161, 165, 166, 175, 176, 200, 234, 246, 248, 249, 250, 272, 298, 304, 308, 310, 311, 313, 320, 321, 323),
        *(90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280),
        *(424, 425, 426, 427, 428, 429, 430, 431, 432, 434, 438, 442, 452),
    ),
    "aarch64": (
        *(39, 40, 41, 51, 97, 104, 105, 106, 117, 129, 130, 131, 198, 199, 217, 218, 219, 241, 265, 268, 270, 271, 273, 280, 282, 294),
        *(5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88),
        *(424, 425, 426, 427, 428, 429, 430, 431, 432, 434, 438, 442, 452),
    ),
}
FORK_CALLS = {"x86_64": (57, 58), "aarch64": ()}
CLONE = {"x86_64": 56, "aarch64": 220}
AUDIT_ARCH = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
EPERM, ENOSYS = 1, 38
X32_BIT = 0x4000_0000
OFFSET_NUMBER, OFFSET_ARCH, OFFSET_FIRST_ARGUMENT = 0, 4, 16


class CannotConfineError(Exception):
    """The kernel lacks something that this needs; the message names it."""


def limit(*, cpu_seconds: int, memory_bytes: int, file_bytes: int) -> None:
    """Set hard limits for this process and all that it starts: processor time, address space, size of any file written, no core."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent goes; leave at once if the parent went already. 0: somebody else sees to it."""
    if not parent:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def landlock_version() -> int:
    """Return the version of the kernel's Landlock interface, 0 where there is none."""
    return max(0, LIBC.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def confine_files(*, readable: Iterable[Path], recording: Path, folder: Path) -> None:
    """Leave of the file system the `readable` programs and libraries, the one recording to read, the one folder to write in.

    From version 4 of Landlock on TCP is cut too, from version 6 on signals and abstract sockets to processes outside.

    Raises:
        CannotConfineError: the kernel has no Landlock.

    """
    version = landlock_version()
    if not version:
        message = "the kernel has no Landlock (Linux 5.13 or later, with landlock in the list of security modules)"
        raise CannotConfineError(message)
    rights = FIRST_RIGHTS | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0) | (IOCTL_DEV if version >= 5 else 0)  # noqa: PLR2004 -- versions of the interface
    network = BIND_AND_CONNECT_TCP if version >= 4 else 0  # noqa: PLR2004 -- the same
    scoped = ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0  # noqa: PLR2004 -- the same
    attributes = struct.pack("=QQQ", rights, network, scoped)
    size = 24 if scoped else 16 if network else 8
    rules = LIBC.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        message = f"Landlock refused the rules: {os.strerror(ctypes.get_errno())}"
        raise CannotConfineError(message)
    for path in readable:
        _allow(rules, path, READ if path.is_dir() else READ & ~(1 << 3))
    _allow(rules, recording, READ_FILE)
    _allow(rules, folder, rights & ~(1 << 0))
    for device in ("null", "zero", "urandom"):
        _allow(rules, Path("/dev", device), READ_FILE | 1 << 1)
    _no_new_privileges()
    if LIBC.syscall(RESTRICT_SELF, rules, ctypes.c_uint32(0)) != 0:
        message = f"Landlock could not be put in force: {os.strerror(ctypes.get_errno())}"
        raise CannotConfineError(message)
    os.close(rules)


def filter_calls(*, may_fork: bool) -> None:
    """Refuse the system calls in REFUSED from now on, and the making of processes (not of threads) unless `may_fork`.

    Filters add up: a second call without `may_fork` takes forking away for good.

    Raises:
        CannotConfineError: the kernel or this processor has no filter.

    """
    machine = platform.machine()
    if machine not in REFUSED:
        message = f"there is no system call filter for {machine} processors"
        raise CannotConfineError(message)
    program = _program(machine, may_fork=may_fork)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _no_new_privileges()
    if LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        message = f"the kernel refused the system call filter: {os.strerror(ctypes.get_errno())}"
        raise CannotConfineError(message)


def _program(machine: str, *, may_fork: bool) -> bytes:
    """Return the filter as classic BPF: 8 bytes an instruction (code, jump if true, jump if false, constant)."""
    steps = [
        (LOAD, 0, 0, OFFSET_ARCH),
        (JUMP_IF_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, OFFSET_NUMBER),
        (JUMP_IF_AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, REFUSE | EPERM),
    ]
    for number in REFUSED[machine] + (() if may_fork else FORK_CALLS[machine]):
        steps += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | EPERM)]
    if not may_fork:
        # clone3's flags lie behind a pointer that a filter cannot follow: "unknown" makes the C library fall back to clone
        steps += [(JUMP_IF_EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, REFUSE | ENOSYS)]
        steps += [(JUMP_IF_EQUAL, 0, 3, CLONE[machine]), (LOAD, 0, 0, OFFSET_FIRST_ARGUMENT)]
        steps += [(JUMP_IF_BIT, 1, 0, CLONE_THREAD), (RETURN, 0, 0, REFUSE | EPERM)]
    steps.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _no_new_privileges() -> None:
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        message = f"the kernel would not give up new privileges: {os.strerror(ctypes.get_errno())}"
        raise CannotConfineError(message)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    try:
        rule = struct.pack("=Qi", rights, opened)
        if LIBC.syscall(ADD_RULE, rules, ctypes.c_int(1), rule, ctypes.c_uint32(0)) != 0:
            message = f"Landlock refused the rule for {path}: {os.strerror(ctypes.get_errno())}"
            raise CannotConfineError(message)
    finally:
        os.close(opened)
