"""Numbers stated in prose: found with the right meaning, and few where nothing is stated."""

import pytest

from symback.claims.prose import RawRemark, remarks


def told(document: str, kind: str = "markdown") -> list[str]:
    return [short(remark) for remark in remarks(document, kind)]


def short(remark: RawRemark) -> str:
    """`output[1/2] o1 @3 = 0.5`: words, place in a list, name, rounds and number."""
    listed = f"[{remark.ordinal}/{remark.count}]" if remark.count else ""
    rounds = f"@{remark.rounds}" if remark.rounds else ""
    return " ".join(part for part in (remark.words + listed, remark.name, rounds, remark.literal) if part)


TOLD = [
    ("The total error is 0.298371109.", ["error 0.298371109"]),
    ("The **total error** is `0.298371109`.", ["error 0.298371109"]),
    ("The total error $E_{total}$ is $0.298371109$.", ["error E_{total} 0.298371109"]),
    ("This leads to a total error of 0.298371109 for the network.", ["error 0.298371109"]),
    ("We get 0.298371109 as the total error.", ["error 0.298371109"]),
    ("The initial error was 0.298371109.", ["error 0.298371109"]),
    ("The network's error is about 0.2984.", ["error 0.2984"]),
    ("The error of $o_1$ is 0.274811083.", ["error o_1 0.274811083"]),
    ("After the first round the total error is now down to 0.291027774.", ["error @1 0.291027774"]),
    ("After one update the error falls to 0.291027774.", ["error @1 0.291027774"]),
    ("The error, after two rounds of training, is 0.283547133.", ["error @2 0.283547133"]),
    ("After 10,000 rounds the error is 0.0000351019.", ["error @10000 0.0000351019"]),
    ("The error is 0.0000351019 after 10,000 rounds.", ["error @10000 0.0000351019"]),
    ("After 10\u202f000 rounds the error is 0.0000351019.", ["error @10000 0.0000351019"]),
    ("After $10{,}000$ rounds the error is $3.51 \\times 10^{-5}$.", ["error @10000 3.51e-5"]),
    ("After ten thousand iterations, the error is 3.51 × 10^-5.", ["error @10000 3.51e-5"]),
    ("If we train the network for 100 epochs, the error is 0.0356.", ["error @100 0.0356"]),
    ("With the updated weights the total error is 0.291027774.", ["error @1 0.291027774"]),
    ("The new error is 0.291027774.", ["error @1 0.291027774"]),
    (
        "The error drops from 0.298371109 to 0.291027774 after one round.",
        ["error 0.298371109", "error @1 0.291027774"],
    ),
    (
        "The error was 0.298371109; after this first round it is 0.291027774.",
        ["error 0.298371109", "error @1 0.291027774"],
    ),
    ("The error was 0.298 before and 0.291 after the first round.", ["error 0.298", "error @1 0.291"]),
    ("The outputs are 0.7514 and 0.7729.", ["output[1/2] 0.7514", "output[2/2] 0.7729"]),
    ("The outputs $o_1$ and $o_2$ are 0.7514 and 0.7729.", ["output o_1 0.7514", "output o_2 0.7729"]),
    ("The network outputs 0.7514 and 0.7729.", ["output[1/2] 0.7514", "output[2/2] 0.7729"]),
    (
        "After 5 rounds the two output neurons give 0.7514 (vs 0.01 target) and 0.7729 (target 0.99).",
        ["output[1/2] @5 0.7514", "target[1/2] 0.01", "output[2/2] @5 0.7729", "target[2/2] 0.99"],
    ),
    ("The output of $h_1$ is 0.593269992.", ["output h_1 0.593269992"]),
    ("The output of the network is 0.5477.", ["output[1/1] 0.5477"]),
    ("The net input of h1 is 0.3775.", ["net input h1 0.3775"]),
    ("The delta of o1 is 0.138498562.", ["delta o1 0.138498562"]),
    ("The gradient for w5 is 0.082167041.", ["gradient w5 0.082167041"]),
    ("The derivative of the error with respect to w5 is 0.082167041.", ["gradient w5 0.082167041"]),
    ("The derivative $\\frac{\\partial E}{\\partial w_5}$ is 0.0822.", []),
    ("Hence $\\frac{\\partial E}{\\partial w_5}$ is 0.0822.", ["\\frac{\\partial E}{\\partial w_5} 0.0822"]),
    ("For $o_1$ the target is $0.01$.", ["target o_1 0.01"]),
    (
        "The target output for o_1 is 0.01 but the neural network output 0.7514.",
        ["target o_1 0.01", "output o_1 0.7514"],
    ),
    ("The targets are 0.01 and 0.99.", ["target[1/2] 0.01", "target[2/2] 0.99"]),
    (
        "Given inputs 0.05 and 0.10, we want the network to output 0.01 and 0.99.",
        ["input[1/2] 0.05", "input[2/2] 0.10", "target[1/2] 0.01", "target[2/2] 0.99"],
    ),
    ("When we feed forward 0.05 and 0.1, we see what happens.", ["input[1/2] 0.05", "input[2/2] 0.1"]),
    ("The learning rate is 0.5.", ["learning rate 0.5"]),
    ("We use a learning rate of 0.5 here.", ["learning rate 0.5"]),
    ("The weight w5 becomes 0.35891648.", ["w5 @1 0.35891648"]),
    ("The value of w_5 is 0.40 and w_6 is 0.45.", ["w_5 0.40", "w_6 0.45"]),
    ("After the update, $w_1$ is 0.149780716.", ["w_1 @1 0.149780716"]),
    ("$w_5$ changes from 0.4 to 0.35891648.", ["w_5 0.4", "w_5 @1 0.35891648"]),
    ("Then net_h1 becomes 0.3775.", ["net_h1 0.3775"]),
    # German
    ("Der Gesamtfehler beträgt 0,298371109.", ["error 0.298371109"]),
    ("Der Fehler des Netzes ist 0.298371109.", ["error 0.298371109"]),
    ("Nach der ersten Runde liegt der Fehler bei 0,291027774.", ["error @1 0.291027774"]),
    ("Nach der 1. Runde liegt der Fehler bei 0,291027774.", ["error @1 0.291027774"]),
    ("Nach 10.000 Durchläufen sinkt der Fehler auf 0,0000351019.", ["error @10000 0.0000351019"]),
    ("Der Fehler war 0,298; nach der ersten Runde ist er 0,291.", ["error 0.298", "error @1 0.291"]),
    (
        "Die beiden Ausgaben sind 0,7514 (Ziel 0,01) und 0,7729 (Ziel 0,99).",
        ["output[1/2] 0.7514", "target[1/2] 0.01", "output[2/2] 0.7729", "target[2/2] 0.99"],
    ),
    ("Die Lernrate ist 0,5, und w5 wird zu 0,35891648.", ["learning rate 0.5", "w5 @1 0.35891648"]),
]


@pytest.mark.parametrize(("document", "expected"), TOLD)
def test_what_is_told(document, expected):
    assert told(document) == expected


NOT_CLEAR = [
    "The total error is now down to 0.291027924.",
    "The error falls to 0.0356.",
    "The error falls by 0.0073 after one round.",
    "The error is less than 0.001 after 10,000 rounds.",
    "The error is about 0.3.",
    "The error is 0.298371109, which falls after 10,000 rounds.",
    "The error after some rounds is 0.05.",
    "After another 100 rounds the error is 0.0356.",
    "In round 5 the error is 0.2680.",
    "The trained network outputs 0.0159 and 0.9841.",
    "Eventually the error is 0.0001.",
    "Is the total error 0.3?",
    "The error would be 0.5.",
    "Train until the error is 0.01.",
    "If the output is 0.5, nothing happens.",
    "The output is 0.593269992.",
    "The output of the network is 0.75 or 0.77.",
    "The error rate is 0.05.",
    "The rounding error is 0.0001.",
    "The test error is 0.12, the validation loss is 0.15.",
    "The mean squared error is 0.1492.",
    "The derivative of the error is 0.0822.",
    "The gradient of the loss is 0.0822.",
    "The error of the first sample is 0.15.",
    "A change of w5 by 0.01 changes the error by 0.0008.",
    "The error is 0.3 percent.",
    "The error is 25% and the cost is $0.50 a piece.",
    "The network has 2 inputs and the error is 0.",
    "w5 = 0.4 - 0.5 * 0.082167041 = 0.35891648",
    "The outputs are 0.75.",
    "Die Fehlerrate ist 0,05.",
    "Der Fehler sinkt um 0,007.",
    "`error = 0.298`",
    "```\nThe total error is 0.298.\n```",
    "<!-- The total error is 0.298. -->",
    "<!-- symback:wrong --> The total error is 0.298. <!-- /symback:wrong -->",
]


@pytest.mark.parametrize("document", NOT_CLEAR)
def test_what_is_not_clear_is_not_told(document):
    assert told(document) == []


def test_the_closing_paragraph_of_a_tutorial():
    document = """Forward Pass

The total error is 0.298371109 at this stage.

Summary

That was the last weight! With the inputs 0.05 and 0.1, the error of the network was 0.298371109 originally.
After this first round of training, the total error is now down to 0.291027924. That looks like little,
but after repeating this procedure 10,000 times, for instance, the error shrinks to 0.0000351085. At this
point, with the same 0.05 and 0.1 inputs, the two output neurons produce 0.015912196 (vs 0.01 target) and
0.984065734 (vs 0.99 target).
"""
    found = list(remarks(document, "markdown"))
    assert [short(remark) for remark in found] == [
        "error 0.298371109",
        "input[1/2] 0.05",
        "input[2/2] 0.1",
        "error 0.298371109",
        "error @1 0.291027924",
        "error @10000 0.0000351085",
        "input[1/2] 0.05",
        "input[2/2] 0.1",
        "output[1/2] @10000 0.015912196",
        "target[1/2] 0.01",
        "output[2/2] @10000 0.984065734",
        "target[2/2] 0.99",
    ]
    lines = document.split("\n")
    for remark in found:
        assert lines[remark.place.line - 1][remark.place.column - 1 :].startswith(remark.literal)
        assert remark.literal in remark.text


STATES = [
    # a later paragraph is unclear, until it says "at this point" or a heading starts afresh
    (
        "After the first round the error is 0.291. The outputs are 0.74 and 0.77.",
        ["error @1 0.291", "output[1/2] @1 0.74", "output[2/2] @1 0.77"],
    ),
    ("After the first round the error is 0.291.\n\nThe outputs are 0.74 and 0.77.", ["error @1 0.291"]),
    (
        "After 7 rounds the error is 0.25.\n\nAt this point the outputs are 0.74 and 0.77.",
        ["error @7 0.25", "output[1/2] @7 0.74", "output[2/2] @7 0.77"],
    ),
    (
        "After 7 rounds the error is 0.25.\n\n## The forward pass\n\nThe error is 0.298.",
        ["error @7 0.25", "error 0.298"],
    ),
    ("## After training\n\nThe error is 0.0001.", []),
    (
        "- After 1 round the error is 0.291.\n- After 2 rounds the error is 0.284.",
        ["error @1 0.291", "error @2 0.284"],
    ),
    ("After the first round we look again. The error was 0.298.", []),
    (
        "After the first round the error is 0.291. It was 0.298 before. The outputs are 0.74 and 0.77.",
        ["error @1 0.291", "error 0.298"],
    ),
]


@pytest.mark.parametrize(("document", "expected"), STATES)
def test_the_state_carries_through_a_paragraph(document, expected):
    assert told(document) == expected


def test_latex_prose():
    document = r"""\section{Forward}
The \emph{total error} is~$0.298371109$. % The error is 0.5.
After $10\,000$ rounds, the error is 0.0000351019, see~\cite{x}.
"""
    assert told(document, "latex") == ["error 0.298371109", "error @10000 0.0000351019"]


STRANGE = """# Baking bread at home

Bread has 4 ingredients. A loaf of 0.75 kg needs 0.5 kg of flour, 0.35 l of water and 10 g of salt. The
dough rests for 1.5 hours at 24.5 degrees; after the first round of kneading it is softer. In 2019 the
price of flour was $0.89, after 10 rounds of inflation it is $1.29. The weight is 0.82 kg before and 0.71
kg after baking. The output of the oven is 2.5 kW, its inputs are 230.0 V and 16.0 A. The loss is 0.11
kg. A rate of 0.5 l per minute is too much.

## Errors of a scale

My scale shows 0.305 for 0.300, so its error is 0.005 kg. The mean error over 12 trials is 0.0031, the
standard error is 0.0009, and the error bars in Figure 3.1 show 0.0018. Version 2.5.1 of the app fixed
this. With probability 0.95 the error is below 0.01. The cost of a new one is 24.90 euros. Model B2 has a
resolution of 0.001. The target is 0.5 kg, and the gradient of the path to my house is 0.12. See chapter
4.2 and equation 1.3; the learning curve is 0.8 steep. The network of bakeries has 14 shops. For inputs
larger than 0.5 the output grows. See 3.14 and 2.71.
"""


def test_a_strange_document_tells_little():
    assert told(STRANGE) == []
