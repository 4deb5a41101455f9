"""One sentence while it is read, with what the paragraph before it has established."""

from __future__ import annotations

from symback.claims.moments import UNCLEAR, Moment, moments
from symback.claims.prose_tokens import Token
from symback.claims.sentences import Sentence


class Reading:
    """The tokens of a sentence by kind, its phrases that say when, and what was noticed on the way.

    `carried` is the state that the paragraph had reached, `held` that of an earlier one, which "at this
    point" brings back.
    """

    def __init__(self, sentence: Sentence, carried: int, held: int) -> None:
        self.sentence = sentence
        self.tokens = sentence.tokens
        self.kinds = [token.kind.replace(" ", "") for token in sentence.tokens]
        self.text = " " + " ".join(self.kinds) + " "
        self.moments = moments(self.kinds, self.text, self.tokens)
        self.begins = {moment.first: moment for moment in self.moments}
        self.ends = {moment.last for moment in self.moments}
        self.carried = carried
        self.held = held
        self.noun = ""
        """The last noun that a number was tied to: what "it" means."""
        self.unit: Token | None = None
        """The unit whose target was told: what "the network outputs 0.75" means behind it."""

    def kind(self, index: int) -> str:
        """The kind of a token; nothing beyond the ends."""
        return self.kinds[index] if 0 <= index < len(self.kinds) else ""

    def is_value(self, index: int) -> bool:
        """Whether a token is a number with a decimal point."""
        return self.kind(index) == "#" and "." in self.tokens[index].decimal

    def state_after(self, moment: Moment) -> int:
        """The state that a phrase leads to."""
        state = self.carried
        for other in self.moments:
            if other.effect in ("same", "now") and state == UNCLEAR and self.held:
                state = self.held
            else:
                state = other.state(state)
            if other is moment:
                break
        return state
