"""The table of update rules: the new parameter from the old one, its gradient and what the rule remembers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.expression import ONE, Cases, Expression, Name, names, sqrt
from symback.naming import COUNT_AFTER
from symback.registry import Registry

parameter = Name("parameter")
gradient = Name("gradient")
learning_rate = Name("eta")
updates = Name(COUNT_AFTER)
"""How many updates there are, this one included."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of a rule or schedule that the network file may give."""

    key: str
    """In [update]."""
    name: str
    """Of its quantity."""
    default: str = ""
    """The decimal that it is otherwise; "" where it has to be given."""
    is_count: bool = False
    """Whether it has to be a whole number from 1 on."""
    least: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a rule keeps for each parameter: `velocity` of w5 is `velocity_w5`, and `velocity_w5+` afterwards.

    `formula` gives the value after the update, from `gradient`, `parameter`, the states before it (their bare
    names) and those after it that come earlier in the rule (`velocity+`), settings, `eta` and `updates+`.
    """

    name: str
    formula: Expression
    is_remembered: bool = True
    """Whether it starts at 0 and is used again in the next update; else it is only a step of this one."""

    @property
    def after(self) -> Name:
        """The state after the update, in later formulas of the rule."""
        return Name(f"{self.name}+")


@dataclass(frozen=True, slots=True)
class Variant:
    """Another rule that a key in the file chooses; with a `value`, only if the key has it."""

    key: str
    rule: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """`formula` gives the updated parameter; all gradients are taken at the original parameters."""

    name: str
    formula: Expression
    states: tuple[State, ...] = ()
    settings: tuple[Setting, ...] = ()
    variants: tuple[Variant, ...] = ()
    synonyms: tuple[str, ...] = ()

    @property
    def formulas(self) -> Iterator[Expression]:
        """Those of the states in order, then that of the parameter."""
        yield from (state.formula for state in self.states)
        yield self.formula

    @property
    def counts(self) -> bool:
        """Whether the number of updates is in a formula."""
        return any(COUNT_AFTER in names(formula) for formula in self.formulas)


# --- states and settings --------------------------------------------------------------------------------

MOMENTUM = Setting("momentum", "mu", "0.9", least=0)
DAMPENING = Setting("dampening", "dampening")
BETA_1 = Setting("beta1", "beta_1", "0.9", least=0, below=1)
BETA_2 = Setting("beta2", "beta_2", "0.999", least=0, below=1)
EPSILON = Setting("epsilon", "epsilon", "1e-8", least=0)
DECAY = Setting("decay", "rho", "0.99", least=0, below=1)
WEIGHT_DECAY = Setting("weight_decay", "weight_decay", "0.01", least=0)

mu, dampening, rho, epsilon = Name("mu"), Name("dampening"), Name("rho"), Name("epsilon")
beta_1, beta_2, weight_decay = Name("beta_1"), Name("beta_2"), Name("weight_decay")
velocity = Name("velocity")

HEAVY = State("velocity", mu * velocity + gradient)
DAMPENED = State("velocity", Cases(updates, ONE, mu * velocity + (1 - dampening) * gradient, gradient))
STEP = State("velocity", mu * velocity - learning_rate * gradient)
SQUARES = State("v", Name("v") + gradient**2)
MEAN_SQUARE = State("v", rho * Name("v") + (1 - rho) * gradient**2)
FIRST_MOMENT = State("m", beta_1 * Name("m") + (1 - beta_1) * gradient)
SECOND_MOMENT = State("v", beta_2 * Name("v") + (1 - beta_2) * gradient**2)
FIRST_CORRECTED = State("m_hat", FIRST_MOMENT.after / (1 - beta_1**updates), is_remembered=False)
SECOND_CORRECTED = State("v_hat", SECOND_MOMENT.after / (1 - beta_2**updates), is_remembered=False)
ADAM_STATES = (FIRST_MOMENT, SECOND_MOMENT, FIRST_CORRECTED, SECOND_CORRECTED)
ADAM_SETTINGS = (BETA_1, BETA_2, EPSILON)


def _scaled(value: Expression, square: Name) -> Expression:
    """A step whose size is measured by the root of a mean of squares; epsilon stands outside of the root."""
    return learning_rate * (value / (sqrt(square) + epsilon))


_ADAM_STEP = _scaled(FIRST_CORRECTED.after, SECOND_CORRECTED.after)

UPDATE_RULES: Registry[UpdateRule] = Registry(
    "update rule",
    [
        UpdateRule("gradient_descent", parameter - learning_rate * gradient),
        # Polyak 1964. The velocity adds up gradients, as in torch.optim.SGD ...
        UpdateRule(
            "momentum",
            parameter - learning_rate * HEAVY.after,
            (HEAVY,),
            (MOMENTUM,),
            (
                Variant("convention", "momentum", "gradients"),
                Variant("convention", "momentum_steps", "steps"),
                Variant("dampening", "momentum_dampened"),
            ),
        ),
        # ... and, where it is dampened, begins with the whole first gradient, as there.
        UpdateRule(
            "momentum_dampened",
            parameter - learning_rate * DAMPENED.after,
            (DAMPENED,),
            (MOMENTUM, DAMPENING),
        ),
        # The velocity adds up steps, as in Rumelhart, Hinton and Williams 1986 and in Sutskever et al. 2013.
        UpdateRule("momentum_steps", parameter + STEP.after, (STEP,), (MOMENTUM,)),
        # Nesterov 1983, in the form of torch.optim.SGD: one more step of the velocity in advance.
        UpdateRule(
            "nesterov", parameter - learning_rate * (gradient + mu * HEAVY.after), (HEAVY,), (MOMENTUM,)
        ),
        # Duchi, Hazan and Singer 2011.
        UpdateRule(
            "adagrad",
            parameter - _scaled(gradient, SQUARES.after),
            (SQUARES,),
            (Setting("epsilon", "epsilon", "1e-10", least=0),),
        ),
        # Tieleman and Hinton 2012, lecture 6.5.
        UpdateRule(
            "rmsprop", parameter - _scaled(gradient, MEAN_SQUARE.after), (MEAN_SQUARE,), (DECAY, EPSILON)
        ),
        # Kingma and Ba 2015.
        UpdateRule("adam", parameter - _ADAM_STEP, ADAM_STATES, ADAM_SETTINGS),
        # Loshchilov and Hutter 2019: the decay acts on the parameter itself, as in torch.optim on biases too.
        UpdateRule(
            "adamw",
            parameter - learning_rate * weight_decay * parameter - _ADAM_STEP,
            ADAM_STATES,
            (*ADAM_SETTINGS, WEIGHT_DECAY),
        ),
    ],
)
