"""torchattacks (Kim 2020, arXiv 2010.01950) at the budget of an audit; FGSM and PGD judged by two definitions of success."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torchattacks

BATCH = 32


class WatchedPGD(torchattacks.PGD):
    """torchattacks' PGD, unchanged, that remembers which images some iterate fooled the model on. Its step loop asks
    `get_logits` for the logits of every iterate but the last (the random start among them) to take the gradient:
    looking at these answers costs nothing and leaves the attack as its authors wrote it."""

    def __init__(self, *args, **parameters):
        super().__init__(*args, **parameters)
        self.verdicts: list[torch.Tensor] = []

    def get_logits(self, inputs, labels=None, *args, **kwargs):
        logits = super().get_logits(inputs, labels, *args, **kwargs)
        self.verdicts.append(logits.detach().argmax(1))
        return logits

    def fooled(self, labels: torch.Tensor) -> torch.Tensor:
        """Per image of the batch attacked last: whether one of the iterates seen was misclassified."""
        seen = torch.stack(self.verdicts)
        self.verdicts.clear()
        return (seen != labels).any(0)


@dataclass
class Curve:
    """Boolean `[epsilons, images]`: misclassified after the attack."""

    final: torch.Tensor
    """torchattacks' definition: the last iterate is misclassified."""
    any_iterate: torch.Tensor
    """Epsiloscope's: the clean image or some iterate is, and (PGD) a success counts at every larger epsilon too."""


@torch.no_grad()
def verdicts(model: torch.nn.Module, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([model(batch).argmax(1) for batch in images.split(BATCH)])


def pgd_curve(model, images, labels, epsilons, steps: int, relative_step: float, random_start: bool) -> Curve:
    def attack(epsilon: float):
        return WatchedPGD(model, eps=epsilon, alpha=epsilon * relative_step, steps=steps, random_start=random_start)

    final, seen = [], []
    for epsilon in epsilons:
        last, fooled = _attacked(model, attack(epsilon), images, labels, lambda made, own: made.fooled(own))
        final.append(last)
        seen.append(last | fooled)
    clean = verdicts(model, images) != labels
    carried = torch.stack(seen).cummax(0).values
    return Curve(torch.stack(final), carried | clean)


def fgsm_curve(model, images, labels, epsilons) -> Curve:
    """One step has one iterate, and neither definition carries its successes to larger epsilons."""
    none = lambda _, own: torch.zeros_like(own, dtype=torch.bool)  # noqa: E731
    final = torch.stack(
        [_attacked(model, torchattacks.FGSM(model, eps=epsilon), images, labels, none)[0] for epsilon in epsilons]
    )
    return Curve(final, final | (verdicts(model, images) != labels))


def _attacked(model, attack, images, labels, watch: Callable) -> tuple[torch.Tensor, torch.Tensor]:
    final, watched = [], []
    for batch, own in zip(images.split(BATCH), labels.split(BATCH)):
        adversarial = attack(batch, own)
        watched.append(watch(attack, own))
        with torch.no_grad():
            final.append(model(adversarial).argmax(1) != own)
    return torch.cat(final), torch.cat(watched)


def strong_attack(model, attack: dict, epsilon: float, seed: int) -> torchattacks.attack.Attack:
    """torchattacks' counterpart of one of the product's strong attacks, at the same budget, in L-inf."""
    if attack["norm"] != "linf" or attack["restarts"] != 1 or attack["criterion"]["kind"] != "misclassified":
        raise ValueError(f"{attack['id']} with these parameters has no counterpart")
    if attack["kind"] == "square":
        # The first query, on the stripes, is counted in the product's budget and not in torchattacks'.
        budget = {"n_queries": attack["queries"] - 1, "p_init": attack["initialShare"]}
        return torchattacks.Square(model, eps=epsilon, seed=seed, **budget)
    budget = {"eps": epsilon, "steps": attack["steps"], "rho": attack["rho"], "seed": seed}
    if attack["loss"] == "targetedDlr":
        # It aims at the n_classes - 1 likeliest other classes.
        return torchattacks.APGDT(model, n_classes=attack["targets"] + 1, **budget)
    return torchattacks.APGD(model, loss={"crossEntropy": "ce", "dlr": "dlr"}[attack["loss"]], **budget)


def strong_survivors(model, images, labels, attack: dict, epsilon: float, seed: int) -> torch.Tensor:
    """Per image whether it is classified right, clean and after the attack. Misread images are not attacked."""
    survives = verdicts(model, images) == labels
    attacker = strong_attack(model, attack, epsilon, seed)
    for rows in survives.nonzero()[:, 0].split(BATCH):
        adversarial = attacker(images[rows], labels[rows])
        survives[rows] = verdicts(model, adversarial) == labels[rows]
    return survives
