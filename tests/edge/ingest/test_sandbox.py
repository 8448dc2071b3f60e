from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Runs in a process that has confined itself as the decoding process does: tries one thing, says what came of it.
PROBE = """
import sys
sys.path.append(sys.argv[1])
import ctypes, errno, json, mmap, os, select, signal, socket, threading, time
import edge.ingest.child
from edge.ingest.sandbox import confine
beside = os.open("/", os.O_RDONLY)
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)
confine(memory_bytes=2**31, cpu_s=5, parent_pid=os.getppid())
try:
    {attempt}
    answer = "done"
except OSError as error:
    answer = errno.errorcode.get(error.errno, str(error.errno))
except Exception as error:
    answer = type(error).__name__
os.write(1, answer.encode())
os._exit(0)
"""

FORBIDDEN = {
    "opens a file": 'os.open("/etc/passwd", os.O_RDONLY)',
    "opens a file of its own package": "open(sys.argv[1] + '/edge/__init__.py')",
    "opens a file beside an open folder": 'os.open("etc/passwd", os.O_RDONLY, dir_fd=beside)',
    "asks whether a file is there": 'os.stat("/etc/passwd")',
    "lists a folder": 'call("getdents64", beside, ctypes.create_string_buffer(4096), 4096)',
    "makes a file": 'os.open("/tmp/made", os.O_WRONLY | os.O_CREAT)',
    "makes a memory file": 'os.memfd_create("more")',
    "removes a file": 'os.unlink("/etc/passwd")',
    "makes a socket": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "makes a local socket": "socket.socketpair()",
    "runs a program": 'os.execv("/bin/true", ["true"])',
    "starts a process": "os.fork()",
    "starts a thread": "threading.Thread(target=print).start()",
    "signals another process": "os.kill(os.getppid(), signal.SIGTERM)",
    "traces its parent": 'call("ptrace", 16, os.getppid(), 0, 0)',
    "takes root back": "os.setuid(0)",
    "leaves its folder": 'os.chdir("/tmp")',
    "makes memory executable": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "makes its memory executable later": 'call("mprotect", ctypes.c_void_p(id(errno) & ~4095), 4096, 5)',
    "raises its limits": 'call("prlimit", 0, 0, ctypes.byref((ctypes.c_ulong * 2)(99, 99)), None)',
    "loads another filter": 'call("prctl", 22, 2, 0, 0, 0)',
}


def probe(attempt: str) -> str:
    run = subprocess.run(
        [sys.executable, "-I", "-c", PROBE.replace("{attempt}", attempt), str(ROOT)],
        capture_output=True,
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        timeout=60,
        check=True,
    )
    return run.stdout.decode()


@pytest.mark.parametrize("attempt", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_sandbox_forbids_that_the_decoder(attempt):
    assert probe(attempt) in ("EPERM", "RuntimeError")  # the latter is Python's for a thread


def test_sandbox_allows_what_decoding_needs():
    # Were everything forbidden, the refusals above would prove nothing.
    assert probe("bytearray(50_000_000); time.sleep(0.001); time.monotonic(); os.getpid()") == "done"


def test_sandbox_grows_no_file_that_is_open_already(tmp_path):
    # Bytes are appended to a file opened before; the kernel answers with SIGXFSZ, which Python ignores, and EFBIG.
    attempt = 'os.write(3, b"x")'
    target = tmp_path / "target"
    with target.open("wb") as file:
        os.set_inheritable(file.fileno(), True)
        code = PROBE.replace("{attempt}", attempt.replace("3", str(file.fileno())))
        run = subprocess.run(
            [sys.executable, "-I", "-c", code, str(ROOT)],
            capture_output=True,
            env={"OPENBLAS_NUM_THREADS": "1"},
            pass_fds=[file.fileno()],
            timeout=60,
            check=True,
        )
    assert run.stdout == b"EFBIG"
    assert target.read_bytes() == b""


def test_sandbox_gives_no_more_memory_than_the_limit():
    assert probe("bytearray(3 * 2**30)") == "MemoryError"


def test_sandbox_shows_neither_root_nor_an_inside_to_other_processes():
    code = PROBE.replace("{attempt}", 'os.write(1, b"."); os.read(0, 1)')
    run = subprocess.Popen(
        [sys.executable, "-I", "-c", code, str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"OPENBLAS_NUM_THREADS": "1"},
    )
    assert run.stdout is not None
    assert run.stdout.read(1) == b"."
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{run.pid}/status").read_text().splitlines() if ":\t" in line
    )
    run.communicate(b"x", timeout=60)
    assert status["Uid"].split()[0] != "0"
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert status["Threads"] == "1"


def test_sandbox_dies_with_its_parent():
    parent = textwrap.dedent(
        """
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-I", "-c", sys.argv[1], sys.argv[2]], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, env={"OPENBLAS_NUM_THREADS": "1"}, start_new_session=True)
        child.stdout.read(1)
        print(child.pid, flush=True)
        sys.stdin.read()
        """
    )
    waits = PROBE.replace("{attempt}", 'os.write(1, b"."); select.poll().poll(50_000)')
    run = subprocess.Popen(
        [sys.executable, "-c", parent, waits, str(ROOT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert run.stdout is not None
    child = int(run.stdout.readline())
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=60)
    for _ in range(1_000):
        try:
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child lives on")


def test_sandbox_refuses_to_start_beside_another_thread():
    code = """
import sys, threading
sys.path.append(sys.argv[1])
from edge.ingest.sandbox import ConfinementError, confine
threading.Thread(target=threading.Event().wait, daemon=True).start()
try:
    confine(memory_bytes=2**31, cpu_s=5, parent_pid=0)
except ConfinementError:
    print("refused")
"""
    run = subprocess.run([sys.executable, "-I", "-c", code, str(ROOT)], capture_output=True, timeout=60, check=True)
    assert run.stdout.decode().strip() == "refused"
