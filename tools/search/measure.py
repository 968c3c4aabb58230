"""The figures of docs/experiments.md: balanced accuracy and AUROC on validation images, clean and attacked."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import torch
from scipy.stats import rankdata
from torch import Tensor, nn
from torch.nn import functional

from attacks import Ball, GradientSteps, ascend
from config import CLASSES, NEVUS, Recipe

BATCH_SIZE = 64
ACCURACY_STEP = 1 / 8
"""Step size of PGD under which balanced accuracy is measured, relative to epsilon."""
AUROC_ATTACK = GradientSteps(10, 0.25)
ACCURACY_SEED, AUROC_SEED = 5, 6
"""Seeds of the random starts: the same for every network."""

Figures = dict[str, float]


class Loss(Enum):
    """What an attack raises, summed over the images: a gradient's sign does not depend on how many there are."""

    CROSS_ENTROPY = "cross-entropy"
    MARGIN = "margin"
    """Largest other logit less that of the label (Carlini & Wagner 2017, arXiv 1608.04644, f6)."""

    def of(self, logits: Tensor, labels: Tensor) -> Tensor:
        if self is Loss.CROSS_ENTROPY:
            return functional.cross_entropy(logits, labels, reduction="sum")
        images = torch.arange(len(labels))
        others = logits.clone()
        others[images, labels] = -1e9
        return (others.max(1)[0] - logits[images, labels]).sum()


@dataclass(frozen=True)
class Labelled:
    """Images float32 [images, RGB, height, width] in [0, 1] with channels last in memory, and their class numbers."""

    images: Tensor
    labels: Tensor

    def batches(self) -> list["Labelled"]:
        return [
            Labelled(*part) for part in zip(self.images.split(BATCH_SIZE), self.labels.split(BATCH_SIZE), strict=True)
        ]


def every_third_nevus(labelled: Labelled) -> Labelled:
    """By class: all images, of nevi every third."""
    numbers = [torch.where(labelled.labels == number)[0] for number in range(len(CLASSES))]
    numbers[NEVUS] = numbers[NEVUS][::3]
    kept = torch.cat(numbers)
    return Labelled(labelled.images[kept], labelled.labels[kept])


def balanced_accuracy(correct: Tensor, labels: Tensor) -> float:
    """Mean over the classes of the share that is right."""
    return float(np.mean([correct[labels == number].float().mean() for number in range(len(CLASSES))]))


def macro_auroc(probabilities: Tensor, labels: Tensor) -> float:
    """Mean over the classes of the area under the ROC curve against the rest, by ranks (Hanley & McNeil 1982)."""
    areas = []
    for number in range(len(CLASSES)):
        ranks = rankdata(probabilities[:, number].numpy())
        members = (labels == number).numpy()
        count = members.sum()
        areas.append((ranks[members].sum() - count * (count + 1) / 2) / (count * (len(members) - count)))
    return float(np.mean(areas))


def correct_clean(network: nn.Module, labelled: Labelled) -> Tensor:
    with torch.no_grad():
        return torch.cat([network(batch.images).argmax(1) == batch.labels for batch in labelled.batches()])


def correct_attacked(network: nn.Module, labelled: Labelled, epsilon: float, steps: int, loss: Loss) -> Tensor:
    """Which images are judged right at every iterate of PGD, the random start and the last one included."""
    generator = torch.Generator().manual_seed(ACCURACY_SEED)
    results = []
    for batch in labelled.batches():
        ball = Ball(batch.images, epsilon)
        iterate = ball.start(torch.rand(batch.images.shape, generator=generator))
        correct = torch.ones(len(batch.labels), dtype=torch.bool)
        for _ in range(steps):
            iterate = iterate.detach().requires_grad_()
            logits = network(iterate)
            correct &= logits.argmax(1) == batch.labels
            iterate = ball.step(iterate, loss.of(logits, batch.labels), ACCURACY_STEP)
        with torch.no_grad():
            correct &= network(iterate).argmax(1) == batch.labels
        results.append(correct)
    return torch.cat(results)


def correct_worst_case(network: nn.Module, labelled: Labelled, epsilon: float) -> Tensor:
    """Which images withstand PGD-20 on the cross-entropy and on the margin."""
    return correct_attacked(network, labelled, epsilon, 20, Loss.CROSS_ENTROPY) & correct_attacked(
        network, labelled, epsilon, 20, Loss.MARGIN
    )


def auroc(network: nn.Module, labelled: Labelled, epsilon: float) -> float:
    """Macro AUROC at the end of PGD-10 on the cross-entropy; clean where epsilon is 0."""
    generator = torch.Generator().manual_seed(AUROC_SEED)
    probabilities = []
    for batch in labelled.batches():
        images = batch.images
        if epsilon > 0:
            ball = Ball(images, epsilon)
            start = ball.start(torch.rand(images.shape, generator=generator))
            images = ascend(
                network,
                lambda logits, labels=batch.labels: Loss.CROSS_ENTROPY.of(logits, labels),
                start,
                ball,
                AUROC_ATTACK,
            )
        with torch.no_grad():
            probabilities.append(functional.softmax(network(images), 1))
    return macro_auroc(torch.cat(probabilities), labelled.labels)


class Validation:
    """Validation images, and what is measured on them at a look and at the end. Figures are in percent."""

    def __init__(self, images: Tensor, labels: Tensor, recipe: Recipe, attack_every_image: bool):
        floats = images.float().div(255).contiguous(memory_format=torch.channels_last)
        self.all = Labelled(floats, labels)
        self.third = every_third_nevus(self.all)
        self.recipe, self.attack_every_image = recipe, attack_every_image

    def at_look(self, network: nn.Module) -> Figures:
        """Clean accuracy and AUROC; for robust recipes also at 4/255, accuracy under PGD-10."""
        figures = self._common(network)
        if self.recipe != "standard":
            figures["4/255 (PGD-10)"] = self._under_pgd10(network, 4)
        return figures

    def at_end(self, network: nn.Module) -> Figures:
        """Clean accuracy and AUROC, accuracy at 1/255; for robust recipes also 2/255, and the worst case at 4/255."""
        figures = self._common(network)
        for epsilon in (1,) if self.recipe == "standard" else (1, 2, 4):
            worst_case = epsilon == 4 or self.attack_every_image
            measured = self._worst_case if worst_case else self._under_pgd10
            figures[f"{epsilon}/255"] = measured(network, epsilon)
        return figures

    def _common(self, network: nn.Module) -> Figures:
        figures = {
            "clean": percent(balanced_accuracy(correct_clean(network, self.all), self.all.labels)),
            "AUROC clean": percent(auroc(network, self.third, 0)),
        }
        if self.recipe != "standard":
            figures["AUROC 4/255"] = percent(auroc(network, self.third, 4 / 255))
        return figures

    def _under_pgd10(self, network: nn.Module, epsilon: int) -> float:
        correct = correct_attacked(network, self.third, epsilon / 255, 10, Loss.CROSS_ENTROPY)
        return percent(balanced_accuracy(correct, self.third.labels))

    def _worst_case(self, network: nn.Module, epsilon: int) -> float:
        attacked = self.all if self.attack_every_image else self.third
        return percent(balanced_accuracy(correct_worst_case(network, attacked, epsilon / 255), attacked.labels))


def percent(share: float) -> float:
    return round(100 * share, 1)
