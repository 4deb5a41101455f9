"""When a sentence speaks of: before training, after so many updates, or not clear.

A state is a number of updates: 0 before, n after n, UNCLEAR otherwise. Phrases that set it are found in the
text of a sentence, in English and German. The table is read from above; a phrase that was found is used up.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from symback.claims.prose_tokens import Token

UNCLEAR = -1
Effect = Literal["count", "once", "same", "now", "before", "later", "unclear"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A phrase: tokens[first:last], what it does, and its number if it has one."""

    first: int
    last: int
    effect: Effect
    number: int = 0

    def state(self, carried: int) -> int:
        """The state it leads to from the one before it."""
        if self.effect == "count":
            return self.number
        if self.effect == "before":
            return 0
        if self.effect == "once":
            return 1 if carried == 0 else UNCLEAR
        if self.effect == "later":
            return self.number if carried == 0 else UNCLEAR
        return carried if self.effect in ("same", "now") else UNCLEAR


_WORDS = {
    **dict.fromkeys(
        [
            "a",
            "an",
            "one",
            "single",
            "first",
            "ein",
            "eine",
            "einer",
            "einem",
            "einen",
            "erste",
            "ersten",
            "erster",
        ],
        1,
    ),
    **dict.fromkeys(["two", "second", "zwei", "zweite", "zweiten"], 2),
    **dict.fromkeys(["three", "third", "drei", "dritte", "dritten"], 3),
    **dict.fromkeys(["four", "fourth", "vier", "vierten"], 4),
    **dict.fromkeys(["five", "fifth", "fünf", "fünften"], 5),
    **dict.fromkeys(["ten", "tenth", "zehn", "zehnten"], 10),
    **dict.fromkeys(["hundred", "hundert"], 100),
    **dict.fromkeys(["thousand", "tausend"], 1000),
}


def _of(words: str) -> str:
    """A pattern for one of several words; `_` stands for a space."""
    return f"(?:{'|'.join(words.split()).replace('_', ' ')})"


_NUMBER = _of(
    "# two three four five ten (?:a_|one_)?hundred (?:a_|one_|ten_)?thousand"
    " zwei drei vier fünf zehn hundert tausend"
)
_ORDINAL = _of("first second third fourth fifth tenth erste[nr]? zweiten? dritten? vierten fünften zehnten #")
_KIND = _of("training learning gradient gradient_descent optimi[sz]ation weight update full complete such")
_ONE = _of(
    f"(?:{_KIND}_)?(?:round|iteration|epoch|update|repetition|cycle) {_KIND}_(?:step|pass)"
    " step_of_(?:gradient_descent|training|learning|backpropagation|back-propagation)"
    " runde trainingsrunde durchgang durchlauf epoche aktualisierung wiederholung lernschritt"
    " trainingsschritt"
)
_MANY = _of(
    f"(?:{_KIND}_)?(?:rounds|iterations|epochs|updates|repetitions|cycles|steps|passes)"
    " runden trainingsrunden durchgängen? durchläufen? iterationen epochen aktualisierungen wiederholungen"
    " schritten? lernschritten? trainingsschritten?"
)
_ANY = f"(?:{_MANY}|{_ONE})"
_WEIGHTS = _of("weights parameters weights_and_biases")
_OBJECT = _of(
    "this the that same whole entire process procedure it these those steps? all of rounds? training"
    " algorithm loop calculation cycle backpropagation"
)
_GERMAN_OBJECT = _of("man wir dies das den die diesen dieses vorgang verfahren prozess schritte? ganze")
_THE = "(?:the |this |that |our |its )?"
_DER = "(?:der |dem |dieser |diesem |unserer |unserem )?"
_EXACTLY = "(?:just |only |exactly |all |the |a total of |nur |genau |insgesamt )?"
_SINGLE = _of("one a an a_single one_single einer einem einer_einzigen einem_einzigen")

_TABLE: tuple[tuple[Effect, str], ...] = (
    (
        "unclear",
        "(?:after )?"
        + _of("another a_further an_additional every per each weitere[nr]? jede[rn]?")
        + rf" (?:{_NUMBER} )?{_ANY}",
    ),
    ("unclear", rf"(?:after )?{_NUMBER} (?:more|further|additional|weitere[nr]?) {_ANY}"),
    (
        "unclear",
        _of("in at during on by within until bei in_der im innerhalb_von")
        + rf" (?:the |dem )?(?:{_ORDINAL} {_ANY}|{_ONE} #|{_NUMBER} {_MANY})",
    ),
    ("later", rf"{_NUMBER} {_MANY} (?:later|später)"),
    ("count", rf"(?:after|following) (?:just |only |exactly )?{_THE}(?:very )?{_ORDINAL} {_ONE}"),
    ("count", rf"nach (?:nur )?{_DER}{_ORDINAL} (?:\. )?{_ONE}"),
    ("count", rf"(?:after|nach) {_EXACTLY}{_NUMBER} {_MANY}"),
    ("count", rf"(?:after|nach) {_EXACTLY}{_SINGLE} {_ONE}"),
    (
        "count",
        _of("repeat repeating repeated doing do running run iterating performing")
        + rf"(?: {_OBJECT}){{0,6}} {_NUMBER} times",
    ),
    ("count", rf"(?:wiederholen|wiederholt|wiederholung)(?: {_GERMAN_OBJECT}){{0,5}} # (?:- )?mal"),
    (
        "count",
        r"(?:train|trained|training|trainiert|trainieren)(?: (?!for |# )\S+){0,5} (?:for|über|für)"
        rf" {_NUMBER} {_MANY}",
    ),
    ("once", r"after (?:this|the|that) (?:weight |parameter )?(?:update|round|iteration)"),
    ("once", rf"after (?:updating|adjusting|changing)(?: (?:all|the|our|these|of)){{0,4}} {_WEIGHTS}"),
    ("once", rf"with (?:the|these|our|all) (?:new|updated|adjusted) {_WEIGHTS}"),
    ("once", r"nach (?:der|dieser|dem|diesem) (?:aktualisierung|runde|durchgang|durchlauf|update)"),
    ("once", r"mit den (?:neuen|aktualisierten|angepassten) gewichten"),
    ("before", _of("originally initially at_first in_the_beginning to_begin_with")),
    ("before", r"at the (?:very )?(?:start|beginning|outset)"),
    (
        "before",
        r"(?:before|prior to) (?:any |the |this |that |all )?(?:first )?"
        rf"(?:training|learning|backpropagation|updates?|updating|round)(?: the {_WEIGHTS})?",
    ),
    ("before", rf"with (?:the|our) (?:original|initial|old) {_WEIGHTS}"),
    ("before", _of("ursprünglich anfangs anfänglich zu_beginn am_anfang")),
    ("before", r"vor (?:dem|der) (?:ersten )?(?:training|aktualisierung|runde|update|lernen)"),
    ("before", r"mit den (?:ursprünglichen|alten|anfänglichen) gewichten"),
    ("before", r"(?<=# )(?:before|vorher|zuvor)(?= (?:[.,;)]|and|und|but) )"),
    ("same", _of("at_(?:this|that)_(?:point|stage) by_then then dann an_dieser_stelle")),
    ("now", _of("by_now now currently jetzt nun")),
    ("unclear", rf"{_NUMBER} {_MANY}"),
    (
        "unclear",
        "(?:after|nach) "
        + _of(
            "training the_training dem_training a_while some_time einiger_zeit learning convergence enough"
            " many several a_few vielen einigen mehreren further"
        ),
    ),
    ("unclear", _of("eventually in_the_end at_the_end at_last ultimately schließlich am_ende letztlich")),
    ("unclear", r"(?:fully |well )?(?:trained (?:network|net|model)|trainierten? (?:netz|netzwerk|modell))"),
)
_TAIL = "(?: of (?:training|learning|gradient descent|backpropagation|back-propagation|the same))?"
_PATTERNS = tuple(  # neighbours with the same effect are searched together
    (effect, re.compile(rf"(?<= )(?:{'|'.join(pattern for _, pattern in group)}){_TAIL}(?= )"))
    for effect, group in groupby(_TABLE, key=itemgetter(0))
)
_CUE = re.compile(
    r"round|iterat|epoch|updat|repe|cycle|step|pass|times|weights|parameters|origin|init|first|start|begin|before|prior"
    r"|point|stage|then|now|current|train|learn|after|nach|jetzt|nun|dann|eventual|end|last|ultimate|converg|anf"
    r"|urspr|vor|zuvor|runde|durch|schritt|wiederhol|aktual|gewicht|epoche|später|later|schließ|letzt|stelle"
)


def moments(kinds: list[str], text: str, tokens: tuple[Token, ...]) -> list[Moment]:
    """The phrases of a sentence that say when, in order; `text` has its kinds between single spaces."""
    if not _CUE.search(text):
        return []
    starts: list[int] = []
    at = 1
    for kind in kinds:
        starts.append(at)
        at += len(kind) + 1
    used = [False] * len(tokens)
    found: list[Moment] = []
    for effect, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            first, last = bisect_left(starts, match.start()), bisect_left(starts, match.end())
            if not any(used[first:last]):
                used[first:last] = [True] * (last - first)
                found.append(_moment(effect, first, last, tokens))
    return sorted(found, key=lambda moment: moment.first)


def _moment(effect: Effect, first: int, last: int, tokens: tuple[Token, ...]) -> Moment:
    if effect not in ("count", "later"):
        return Moment(first, last, effect)
    number = 0
    for token in tokens[first:last]:
        if token.kind == "#":
            number = token.count or 0
        elif token.kind in _WORDS and not number:
            number = _WORDS[token.kind]
        elif token.kind in ("hundred", "thousand", "hundert", "tausend"):
            number *= _WORDS[token.kind]
    return Moment(first, last, effect, number) if number else Moment(first, last, "unclear")
