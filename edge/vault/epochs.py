"""The files of key-encryption keys: `epoch-N.kek`, each wrapped by the root; only the present one may stay."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.exceptions import InvalidTag

from edge.vault import keyfile
from edge.vault.encoding import encode
from edge.vault.key import Key
from edge.vault.keydb import unreadable
from edge.vault.suite import Suite

FILE = re.compile(r"epoch-(\d+)\.kek")


class Epochs:
    """One key store's files of epochs."""

    def __init__(self, folder: Path, root: Key, suite: Suite) -> None:
        self._folder = folder
        self._root = root
        self._suite = suite

    def path(self, epoch: int) -> Path:
        """Where an epoch's key lies."""
        return self._folder / f"epoch-{epoch}.kek"

    def read(self, box_id: str, epoch: int) -> Key:
        """An epoch's key. Raises: NotReady where its file is missing or doesn't open."""
        try:
            wrapped = keyfile.read(self.path(epoch))
        except FileNotFoundError as error:
            raise unreadable(f"epoch-{epoch}.kek is missing") from error
        try:
            return Key(self._root.open(wrapped, about=about_epoch(box_id, epoch)), self._suite)
        except (InvalidTag, ValueError) as error:
            raise unreadable("its epoch's key doesn't open: changed, or not of this box") from error

    def write(self, box_id: str, epoch: int, key: Key) -> None:
        """Write a new epoch's key; durable when it returns. Raises: FileExistsError."""
        keyfile.create(self.path(epoch), key.wrapped_by(self._root, about=about_epoch(box_id, epoch)))

    def shred_all_but(self, present: int) -> None:
        """Overwrite and remove every other epoch's key, and drafts that a kill left."""
        for path in self._folder.iterdir():
            superseded = FILE.fullmatch(path.name) and path != self.path(present)
            if superseded or path.suffix == keyfile.DRAFT:
                keyfile.shred(path)


def about_epoch(box_id: str, epoch: int) -> bytes:
    """What a wrapped epoch key is bound to."""
    return encode("epoch", box_id, epoch)
