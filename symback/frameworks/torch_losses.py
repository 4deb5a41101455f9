"""The losses of PyTorch as losses of a network file, with their conventions: what is divided by what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from symback.errors import RequestError, shorten, suggestion
from symback.frameworks.exact import Exact
from symback.losses import LOSSES

OF_CLASSES = ("cross_entropy", "cross_entropy_from_logits")
"""Losses whose targets may be given as the numbers of classes."""


@dataclass(frozen=True, slots=True)
class FoundLoss:
    """A loss of a network file."""

    name: str
    reduction: str
    settings: dict[str, Decimal] = field(default_factory=dict)
    takes_classes: bool = False
    """Whether whole numbers as targets are numbers of classes."""
    has_targets: bool = True
    after: str = ""
    """The activation that the module before must have had; empty for any."""


SUPPORTED = (
    "MSELoss, L1Loss, HuberLoss, SmoothL1Loss(beta=1), BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, NLLLoss,"
    " or a loss of symback by its name"
)


def found_loss(loss: Any, reduction: str | None, outputs: int, exact: Exact) -> FoundLoss:
    """The twin of a torch loss (a module, or a function of torch.nn.functional), or a loss by its own name.

    `outputs` counts the outputs of one sample. Sources: the formulas in the documentation of torch.nn.
    Raises RequestError for what has no twin.
    """
    if isinstance(loss, str):
        return _named(loss, reduction)
    if reduction is not None:
        raise RequestError("reduction= belongs to a loss given by its name; a torch loss brings its own.")
    module = _module(loss)
    where = f"The loss {module}"
    if module.reduction not in ("mean", "sum"):
        raise RequestError(f"{where} has reduction='{module.reduction}': 'mean' or 'sum' may stand there.")
    for weight in ("weight", "pos_weight"):
        if getattr(module, weight, None) is not None:
            raise RequestError(
                f"{where} has {weight}: losses of symback count all samples and outputs alike."
            )
    if getattr(module, "label_smoothing", 0):
        raise RequestError(
            f"{where} has label_smoothing: give the smoothed targets as probabilities instead."
        )
    for kind, translate in _table().items():
        if isinstance(module, kind) and type(module).forward is kind.forward:
            return translate(module, outputs, exact)
    raise RequestError(f"{where} has no twin in symback. Supported: {SUPPORTED}.")


def _named(name: str, reduction: str | None) -> FoundLoss:
    if name not in LOSSES:
        raise RequestError(f"Unknown loss {shorten(name)}.{suggestion(name, LOSSES.names())}")
    if reduction not in (None, "sum", "mean"):
        raise RequestError(f"reduction={shorten(reduction)}: 'sum' or 'mean' may stand there.")
    found = LOSSES[name].name
    return FoundLoss(
        found, reduction or "sum", takes_classes=found in OF_CLASSES, has_targets=LOSSES[name].has_targets
    )


def _module(loss: Any) -> Any:
    """The loss as a module; functions of torch.nn.functional have one of the same meaning."""
    from torch import nn

    functions = {
        nn.functional.mse_loss: nn.MSELoss,
        nn.functional.l1_loss: nn.L1Loss,
        nn.functional.huber_loss: nn.HuberLoss,
        nn.functional.smooth_l1_loss: nn.SmoothL1Loss,
        nn.functional.binary_cross_entropy: nn.BCELoss,
        nn.functional.binary_cross_entropy_with_logits: nn.BCEWithLogitsLoss,
        nn.functional.cross_entropy: nn.CrossEntropyLoss,
        nn.functional.nll_loss: nn.NLLLoss,
    }
    try:
        found = functions[loss]() if loss in functions else loss
    except TypeError:
        found = loss
    if not isinstance(found, nn.Module):
        raise RequestError(f"{shorten(loss)} is no loss that symback knows. Supported: {SUPPORTED}.")
    if not hasattr(found, "reduction"):
        raise RequestError(f"{type(found).__name__} is no loss of torch.nn. Supported: {SUPPORTED}.")
    return found


def _table() -> dict[Any, Callable[[Any, int, Exact], FoundLoss]]:
    from torch import nn

    return {
        nn.MSELoss: _squares,
        nn.L1Loss: lambda loss, outputs, exact: _plain(loss, "absolute_error", outputs),
        nn.HuberLoss: _huber,
        nn.SmoothL1Loss: _smooth,
        nn.BCELoss: lambda loss, outputs, exact: _plain(loss, "binary_cross_entropy", outputs),
        nn.BCEWithLogitsLoss: lambda loss, outputs, exact: _plain(
            loss, "binary_cross_entropy_from_logits", outputs
        ),
        nn.CrossEntropyLoss: lambda loss, outputs, exact: FoundLoss(
            "cross_entropy_from_logits", loss.reduction, takes_classes=True
        ),
        nn.NLLLoss: lambda loss, outputs, exact: FoundLoss(
            "cross_entropy", loss.reduction, takes_classes=True, after="LogSoftmax"
        ),
    }


def _squares(loss: Any, outputs: int, exact: Exact) -> FoundLoss:
    """The mean divides by outputs, as mean_squared_error does, and by samples, as the reduction does."""
    return FoundLoss("mean_squared_error" if loss.reduction == "mean" else "squared_error", loss.reduction)


def _plain(loss: Any, name: str, outputs: int) -> FoundLoss:
    """A loss of symback that sums over outputs: a mean over several has no twin."""
    if loss.reduction == "mean" and outputs > 1:
        raise RequestError(
            f"The loss {loss} divides by the {outputs} outputs of a sample, and {name} of symback does not."
            " With reduction='sum' it has a twin."
        )
    return FoundLoss(name, loss.reduction)


def _huber(loss: Any, outputs: int, exact: Exact) -> FoundLoss:
    found = _plain(loss, "huber", outputs)
    return FoundLoss(
        "huber", found.reduction, {"huber_delta": exact.typed(loss.delta, "The delta of the loss")}
    )


def _smooth(loss: Any, outputs: int, exact: Exact) -> FoundLoss:
    if loss.beta != 1:
        raise RequestError(
            f"The loss {loss} with beta={loss.beta} has no twin in symback; beta=1 has, and HuberLoss."
        )
    return _plain(loss, "huber", outputs)
