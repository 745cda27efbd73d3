"""The files of the repository that its own tests look at."""

import pathlib
import subprocess

# What a build or an installation leaves behind; used where there is no git to ask.
GENERATED_FOLDERS = {".git", "build", "node_modules", "out", "cache", "__pycache__"}


def list_files(root):
    """All regular files under root that are, or could be, committed; relative and sorted."""
    root = pathlib.Path(root)
    if (root / ".git").exists():
        listing = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True).stdout.decode()
        names = {pathlib.PurePosixPath(name) for name in listing.split("\0") if name}
    else:
        names = {
            pathlib.PurePosixPath(path.relative_to(root).as_posix())
            for path in root.rglob("*")
            if not GENERATED_FOLDERS & set(path.relative_to(root).parts)
        }
    return sorted(name for name in names if (root / name).is_file() and not (root / name).is_symlink())
