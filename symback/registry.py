"""Named tables that grow by one entry: lookup with the nearest name in the error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from symback.errors import UnknownName


class Named(Protocol):
    """Anything that a table can hold."""

    @property
    def name(self) -> str: ...


Entry = TypeVar("Entry", bound=Named)


class Registry(Generic[Entry]):
    """A table of entries by name, in the order in which they were added.

    An entry may have `synonyms` (other names that find it); they are looked up but not listed.
    """

    def __init__(self, kind: str, entries: Iterable[Entry] = ()) -> None:
        self.kind = kind
        self._entries: dict[str, Entry] = {}
        self._synonyms: dict[str, str] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> Entry:
        """Add an entry; raises ValueError if one of its names is taken."""
        synonyms: tuple[str, ...] = getattr(entry, "synonyms", ())
        for name in (entry.name, *synonyms):
            if name in self._entries or name in self._synonyms:
                raise ValueError(f"{self.kind} '{name}' is already in the table")
        self._entries[entry.name] = entry
        self._synonyms.update(dict.fromkeys(synonyms, entry.name))
        return entry

    def __getitem__(self, name: str) -> Entry:
        """The entry called `name`; raises UnknownName with the nearest one."""
        found = self._entries.get(self._synonyms.get(name, name))
        if found is None:
            raise UnknownName(self.kind, name, self.names())
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._entries or name in self._synonyms

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def names(self) -> tuple[str, ...]:
        """All names that find an entry, synonyms last."""
        return (*self._entries, *self._synonyms)
