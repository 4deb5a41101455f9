"""What a number in prose can be about: nouns, verbs and small words, in English and German.

All words are lower case. What is not in these tables breaks the tie between a noun and a number: so "the
error rate is 0.05" or "the error falls by 0.1" say nothing here.
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DETERMINERS = _set(
    """
    the a an this that our these those my der die das den dem des ein eine einen einem unser unsere
    dieser diese
    """
)
MODIFIERS = _set(
    """
    total overall whole neural neuronale neuronalen network network's net's netzes combined new
    initial original old resulting final current two both three actual computed predicted neue neuen
    neuer ursprüngliche ursprünglichen anfängliche beiden zwei drei aktuelle aktuellen gesamte
    gesamten updated aktualisierte
    """
)
BEFORE_WORDS = _set("initial original old ursprüngliche ursprünglichen anfängliche")
AFTER_WORDS = _set("new updated neue neuen neuer aktualisierte")
FINAL_WORDS = _set("final")

HEADS: tuple[tuple[str, str], ...] = (
    ("targets", r"targets|target outputs|target values|(?:desired|expected) outputs"
                r"|zielwerte|sollwerte|zielausgaben|ziele"),
    ("target", r"target output|target value|target|(?:desired|expected) output"
               r"|zielwert|sollwert|zielausgabe"),
    ("net input", r"total net input|net input|nettoeingabe|netzeingabe"),
    ("inputs", r"inputs|input values|eingaben|eingänge|eingabewerte"),
    ("learning rate", r"learning rate|lernrate|eta|η"),
    ("outputs", r"outputs? neurons|outputs? units|outputs? nodes|output values|outputs|predictions"
                r"|ausgaben|ausgänge|ausgabewerte|ausgabeneuronen|ausgangsneuronen|vorhersagen"),
    ("output", r"output|ausgabe|ausgang|aktivierung|activation"),
    ("error", r"error value|error|loss|cost|gesamtfehler|fehler|gesamtverlust|verlust"),
    ("delta", r"node delta|delta"),
    ("derivative", r"partial derivative|derivative|partielle ableitung|ableitung"),
    ("gradient", r"gradient"),
    ("network", r"network|net|model|netzwerk|netz|modell"),
    ("it", r"it|er"),
    ("name", r"@"),
)  # fmt: skip
LISTS = _set("targets inputs outputs")
CONSTANTS = _set("targets target inputs") | {"learning rate"}

LINKS = _set(
    """
    is are was were be equals equal = : ≈ ist sind war waren beträgt betragen betrug lautet lauten
    amounts comes generate generates produce produces give gives yield yields liefern liefert
    ergeben ergibt
    """
)
NETWORK_LINKS = _set("outputs output predicts predicted generates produces answers liefert berechnet")
WANTING = _set("want wants wanted like expect wish soll wollen")
NETWORKS = _set("network net model netz netzes netzwerk netzwerks")
BECOMING = _set("becomes become became wird werden changes goes updated change")
MOVING = _set(
    """
    drops drop dropped falls fall fell plummets plummeted shrinks shrank decreases decreased reduces
    reduced sinks declines rises grows reaches reached went moves sinkt sank fällt fiel steigt
    schrumpft verringert
    """
)
RESTING = _set("liegt lag")
ARRIVALS = _set("to at auf bei zu as")
PAST = _set("was were war waren lag betrug")
INVERTED = _set(
    """
    ist sind war waren beträgt betragen betrug liegt lag sinkt sank fällt fiel liefern ergeben
    lautet lauten
    """
)
FILLERS = _set(
    """
    only just down again still also already thus therefore hence exactly all the way of a an out our
    whole for on in which that network networks neural net model example this value calculated
    computed found nur noch damit somit also wieder genau des der die das den netz netzes netzwerks
    netzwerk von für im dem diesem respectively jeweils both together we 'll we'll will set chosen
    chose choose , ( )
    """
) | ARRIVALS  # fmt: skip
HEDGES = _set("about approximately roughly around circa ca. approx. etwa ungefähr rund ≈")
OF_THE_NETWORK = _set("network network's net's netzes neural")
OF_A_UNIT = ("net input", "delta", "gradient", "derivative")
FEEDING = _set("feed fed feeding")
FEEDING_FILLERS = _set("forward it them in the with inputs values")
AFTER_FEEDING = frozenset(("", ".", ",", ";", "through", "into"))
RESPECT = _set("respect bezüglich hinsichtlich nach")
OF_AN_ERROR = _set("error loss with total fehlers gesamtfehlers")
UNITS = _set("unit neuron node output weight einheit neuron knoten gewicht ausgabe the der die das")
AFTER_NUMBER = _set(
    """
    . , ; : ) ( ? ! — – -- --- and but for if when while whereas after before on in at which so
    respectively as because since und aber für wenn während nach vor bei im auf als weil jeweils
    instead compared with then now than that here hier too
    """
)
TARGET_WORDS = _set(
    """
    vs. vs versus target targets should want wanted desired expected ziel zielwert soll statt
    gegenüber
    """
)
BEFORE_A_NOUN = _set(
    """
    . , ; : ( ) — – -- --- and but with where that gives given have has had while so then hence thus
    therefore und aber mit wobei dass also während liegt sinkt fällt ist beträgt war weight bias
    input weights gewicht node by now
    """
) | INVERTED  # fmt: skip
OF_WORDS = _set(
    """
    of in on by to for from at between per into respect von im bei zu für aus the derivative change
    """
)
WITH_OF = _set("to with at in has have an mit zu auf")
CONDITIONS = _set("if whether when once wenn falls ob sobald")

SPOILERS = re.compile(
    r" (?:would|suppose|supposing|imagine|könnte|würde|angenommen|typically|usually|üblicherweise|threshold"
    r"|tolerance"
    r"|until|unless|bis|sample|samples|pattern|patterns|muster|test|validation|dataset|accuracy|benchmark|paper"
    r"|experiment|difference|unterschied) "
)
"""Sentences about something else, or about what is not so."""

PARAMETER = re.compile(r"\\?(?:w|W|b|v|u|U|V|theta|θ)(?![A-Za-z])")
"""Names that training changes: "w5 becomes 0.3589" tells the value after an update."""
