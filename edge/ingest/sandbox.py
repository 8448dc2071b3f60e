"""Locks the decoding process in before it sees the first byte of a recording.

What holds afterwards, each by the kernel and not by our good behaviour: no file can be opened or grown, no socket made,
no program or process started, no memory made executable (seccomp allow-list); no more address space, processor time or
descriptors than given (rlimits); no network but an empty one and no rights of root (own user and network namespace,
uid 65534); no core dump, no look into its memory from outside; dead as soon as its parent is.
"""

from __future__ import annotations

import ctypes
import errno
import math
import mmap
import os
import resource
import signal
import sys
from pathlib import Path

import pyseccomp

NOBODY = 65_534  # uid and gid that own nothing, on every Linux

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x1000_0000, 0x4000_0000, 0x0800_0000  # linux/sched.h
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38  # linux/prctl.h

# What the interpreter and the decoder need once everything is loaded: bytes from and to open descriptors, memory, time.
# fmt: off
ALLOWED_CALLS = (
    "brk", "clock_getres", "clock_gettime", "clock_nanosleep", "close", "exit", "exit_group", "fcntl", "fstat",
    "futex", "getpid", "getrandom", "getrusage", "gettid", "gettimeofday", "lseek", "madvise", "mremap", "munmap",
    "nanosleep", "poll", "ppoll", "pread64", "read", "readv", "restart_syscall", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "sched_getaffinity", "sched_yield", "sigaltstack", "tgkill", "write", "writev",
)
# fmt: on
MEMORY_CALLS = ("mmap", "mprotect")  # allowed where nothing becomes executable


class ConfinementError(Exception):
    """The kernel or a library lacks what the sandbox needs; nothing may be decoded."""


def confine(*, memory_bytes: int, cpu_s: float, parent_pid: int) -> None:
    """Give up, for good, everything that decoding doesn't need.

    Call it once, on the only thread, after all imports. The order matters: rights are dropped before the namespaces
    (so that no uid has to be mapped), the parent's death signal is set after the change of uid, which clears it.
    Raises: ConfinementError.
    """
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise ConfinementError("another thread is running: the filter would not hold it")
    libc = ctypes.CDLL(None, use_errno=True)
    _drop_root()
    # Some kernels and containers forbid user namespaces. The filter below forbids sockets all the same.
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    _limit(memory_bytes=memory_bytes, cpu_s=cpu_s)
    for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_DUMPABLE, 0), (PR_SET_NO_NEW_PRIVS, 1)):
        if libc.prctl(option, int(value), 0, 0, 0) != 0:
            raise ConfinementError(f"prctl {option}: errno {ctypes.get_errno()}")
    if os.getppid() != parent_pid:
        sys.exit(1)  # the parent died before its death could be signalled
    _filter_calls()


def _drop_root() -> None:
    if os.geteuid() != 0:
        return
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError as error:
        # A container that maps root alone has nobody to become; its root is an ordinary user outside.
        if error.errno not in (errno.EINVAL, errno.EPERM):
            raise ConfinementError("root can't be given up") from error


def _limit(*, memory_bytes: int, cpu_s: float) -> None:
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: math.ceil(cpu_s),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # At the soft limit of processor time comes SIGXCPU, which says why; at the hard one SIGKILL, which doesn't.
        last = value + 1 if limit == resource.RLIMIT_CPU and hard in (resource.RLIM_INFINITY, value + 1) else value
        resource.setrlimit(limit, (value, last))


def _filter_calls() -> None:
    calls = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    for name in ALLOWED_CALLS:
        calls.add_rule(pyseccomp.ALLOW, name)
    for name in MEMORY_CALLS:
        calls.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(2, pyseccomp.MASKED_EQ, mmap.PROT_EXEC, 0))
    calls.load()
