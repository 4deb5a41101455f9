"""Where the text of a network file comes from: a built-in, a path or standard input."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from symback.errors import NetworkFileError, RequestError, UnknownName, shorten, suggestion

MOST_BYTES = 4 * 1024 * 1024
STANDARD_INPUT = "standard input"
_FOLDER = Path(__file__).parent / "networks"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHAT = "There may stand a network file: TOML in UTF-8"


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a network file, the file as messages name it, and the network's name."""

    text: str
    file: str
    name: str


def built_in_names() -> tuple[str, ...]:
    """The networks that come with symback, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def built_in_text(name: str) -> str:
    """The file of a built-in network, as written. Raises UnknownName."""
    if name not in built_in_names():
        raise UnknownName("built-in network", name, built_in_names())
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def read(source: str | Path) -> Source:
    """The text of a built-in name, of a path, or of standard input ("-").

    A text that is the name of a built-in means the built-in, also where a file has the same name (`./mazur`
    and `Path("mazur")` mean the file). Raises RequestError if there is neither, and NetworkFileError for what
    cannot be read as text of at most 4 MiB; devices and pipes are refused, as reading them may never end.
    """
    if source == "-":
        return Source(decoded(_standard_input(), STANDARD_INPUT), STANDARD_INPUT, "network")
    if isinstance(source, str) and source in built_in_names():
        return Source(built_in_text(source), f"{source}.toml", source)
    path = Path(source)
    return Source(decoded(_content(path), shown(path)), shown(path), path.stem or "network")


def decoded(content: bytes, file: str) -> str:
    """The text of a file's bytes, without a byte order mark. Raises NetworkFileError if it is not UTF-8."""
    start = len(_BYTE_ORDER_MARK) if content.startswith(_BYTE_ORDER_MARK) else 0
    try:
        return content[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        place = start + error.start
        line = content.count(b"\n", 0, place) + 1
        found = f"byte {place + 1} (0x{content[place]:02x}, in line {line}) is not UTF-8"
        raise NetworkFileError(file, "", found, f"{_WHAT}.") from None


def shown(path: str | Path) -> str:
    """A path as messages print it: characters that a terminal would act on are escaped."""
    text = str(path)
    text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= 200 else "..." + text[-190:]


def _content(path: Path) -> bytes:
    file = shown(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise NetworkFileError(file, "", "this is a folder", f"{_WHAT}.")
        if not stat.S_ISREG(status.st_mode):
            raise NetworkFileError(
                file, "", "this is a device or a pipe", f"{_WHAT}, or '-' for standard input."
            )
        _check_size(status.st_size, file)
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        hint = suggestion(path.stem, built_in_names())
        raise RequestError(
            f"There is no file {shorten(str(path))} and no built-in network of that name.{hint}"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NetworkFileError(file, "", f"this cannot be read ({reason})", f"{_WHAT}.") from None
    _check_size(len(content), file)
    return content


def _standard_input() -> bytes:
    stream = getattr(sys.stdin, "buffer", sys.stdin)
    try:
        content = stream.read(MOST_BYTES + 1)
    except (AttributeError, OSError, ValueError):
        raise RequestError(
            "Standard input cannot be read: there may stand a path or a built-in name."
        ) from None
    content = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
    _check_size(len(content), STANDARD_INPUT)
    return content


def _check_size(size: int, file: str) -> None:
    if size > MOST_BYTES:
        found = f"this has more than {MOST_BYTES // 1024 // 1024} MiB"
        raise NetworkFileError(file, "", found, "A network file may have up to 4 MiB.")
