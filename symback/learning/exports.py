"""A training for other programs: the history as CSV, the proven numbers as JSON."""

from __future__ import annotations

import csv
import io
import json

from symback.learning.proven import LENGTH
from symback.learning.result import Trained
from symback.learning.wording import end_sentences, say_about

FORMAT = "symback-training/1"


def as_csv(training: Trained) -> str:
    """A row for each round of the history, in doubles; a first line says so where rounds are left out."""
    history = training.history
    output = io.StringIO()
    if history.every > 1:
        output.write(f"# {say_about('thinned', every=history.every)}\n")
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(["round", *history.names])
    for done, row in zip(history.rounds, history.rows, strict=True):
        writer.writerow([done, *(format(number, ".15g") for number in row)])
    return output.getvalue()


def as_json(training: Trained) -> str:
    """The rounds of the table, and for each quantity its proven numbers after them."""
    proven = training.proven
    quantities = []
    for name in training.followed.names:
        values = [proven[name, done] for done in training.rounds]
        role = training.graph[name].role.value
        texts, certain = [value.text for value in values], [value.proven for value in values]
        quantities.append({"name": name, "role": role, "values": texts, "proven": certain})
    length = proven[LENGTH, training.last]
    content = {
        "format": FORMAT,
        "title": training.network.title,
        "digits": proven.evaluation.rounding.decimals,
        "rounds": list(training.rounds),
        "quantities": quantities,
        "stopped": {
            "round": training.last,
            "reason": training.stop.reason.value,
            "sentences": end_sentences(training),
            "gradient_length": {"value": length.text, "proven": length.proven},
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
