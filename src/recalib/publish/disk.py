"""Small deeds on a disk that may answer oddly: network and shared folders, overlays, containers."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# What file systems say that have no such thing as modes, hard links, or folders to be forced.
_UNKNOWN = frozenset(
    {
        *(errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP),
        *(errno.EPERM, errno.EACCES, errno.EBADF, errno.EISDIR),
    }
)


def sync(path: Path) -> None:
    """Force a file or folder to the disk, where the file system knows how to."""
    if os.name != "posix" and path.is_dir():
        return
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        return  # a foreign file that was only carried over
    try:
        os.fsync(descriptor)
    except OSError as error:
        # A full or broken disk must be told; that it cannot be asked to hurry need not.
        if error.errno not in _UNKNOWN:
            raise
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Force a folder and all in it to the disk."""
    for path, _, files in os.walk(folder):
        for name in files:
            file = Path(path) / name
            if not file.is_symlink():
                sync(file)
        sync(Path(path))


def copy_mode(source: Path, target: Path) -> None:
    """Give a folder the permissions of another, where the file system has any."""
    try:
        shutil.copymode(source, target)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise


def link_or_copy(source: str, target: str) -> None:
    """Make a second name of a file, or a copy; a symbolic link stays one."""
    # A hard link cannot lose what an editor writes meanwhile; not every file system has them.
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copyfile(source, target, follow_symlinks=False)
        with suppress(OSError):  # times and permissions are nothing that a shared folder must have
            shutil.copystat(source, target, follow_symlinks=False)


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of files in a folder by name; those that are not there are left out."""
    there = [name for name in names if (folder / name).is_file()]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there}
