"""Perturbations within an L-infinity ball by steps along the sign of the gradient, and what training learns from."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from config import Recipe
from network import forward_bfloat16


@dataclass(frozen=True)
class GradientSteps:
    """Steps of an attack, of a size relative to epsilon."""

    steps: int
    relative_step_size: float


FGSM = GradientSteps(1, 1.25)
"""One step with random start: "Fast is better than free" (Wong 2020, arXiv 2001.03994)."""
PGD = GradientSteps(7, 0.25)
"""Madry 2018 (arXiv 1706.06083); also the inner maximisation of TRADES (Zhang 2019, arXiv 1901.08573, algorithm 1)."""
TRADES_START = 0.001
"""Standard deviation of the start about the clean image, where the divergence is flat (Zhang 2019, algorithm 1)."""

CRAFTING: dict[Recipe, tuple[GradientSteps, ...]] = {
    "standard": (),
    "fgsm": (FGSM,),
    "pgd": (PGD,),
    "mixed": (FGSM, PGD),
}
"""The batch is parted evenly over the attacks on the label. TRADES attacks the network's own verdict instead."""


class Ball:
    """Images within epsilon of `centre`, per value, and in [0, 1]."""

    def __init__(self, centre: Tensor, epsilon: float):
        self.centre, self.epsilon = centre, epsilon
        self.low, self.high = (centre - epsilon).clamp(0, 1), (centre + epsilon).clamp(0, 1)

    def project(self, images: Tensor) -> Tensor:
        return torch.min(torch.max(images, self.low), self.high)

    def start(self, uniform: Tensor) -> Tensor:
        """The random start that belongs to numbers of [0, 1)."""
        return self.project(self.centre + (uniform * 2 - 1) * self.epsilon)

    def step(self, iterate: Tensor, loss: Tensor, relative_step_size: float) -> Tensor:
        """The next iterate, up the loss (Madry 2018, section 2.1)."""
        (gradient,) = torch.autograd.grad(loss, iterate)
        return self.project(iterate.detach() + relative_step_size * self.epsilon * gradient.sign())


def ascend(
    network: nn.Module, loss_of: Callable[[Tensor], Tensor], start: Tensor, ball: Ball, how: GradientSteps
) -> Tensor:
    """The last iterate, from passes in bfloat16. `loss_of` takes logits."""
    iterate = start
    for _ in range(how.steps):
        iterate = iterate.detach().requires_grad_()
        iterate = ball.step(iterate, loss_of(forward_bfloat16(network, iterate)), how.relative_step_size)
    return iterate.detach()


class Objective:
    """Cross-entropy with soft targets, on logits adjusted by tau (Menon 2021, arXiv 2007.07314, eq. 10)."""

    def __init__(self, class_shares: Tensor, tau: float):
        self.adjustment = tau * torch.log(class_shares).float()

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        return -(targets * functional.log_softmax(logits + self.adjustment, 1)).sum(1).mean()


def divergence(logits: Tensor, probabilities: Tensor) -> Tensor:
    """Kullback-Leibler divergence of the logits' distribution from `probabilities`, per image."""
    return functional.kl_div(functional.log_softmax(logits, 1), probabilities, reduction="batchmean")


def craft(
    network: nn.Module, images: Tensor, targets: Tensor, epsilon: float, recipe: Recipe, objective: Objective
) -> Tensor:
    """What a recipe other than TRADES learns from: the images, attacked in parts, in inference mode.

    Draws the random starts from torch's global generator, and leaves the network in inference mode.
    """
    attacks = CRAFTING[recipe]
    if not attacks:
        return images
    network.eval()
    parts = []
    for how, part, target in zip(attacks, images.chunk(len(attacks)), targets.chunk(len(attacks)), strict=True):
        ball = Ball(part, epsilon)
        start = ball.start(torch.rand_like(part))
        parts.append(ascend(network, lambda logits, target=target: objective(logits, target), start, ball, how))
    return torch.cat(parts)


def craft_trades(network: nn.Module, images: Tensor, epsilon: float) -> Tensor:
    """The images, led away from the network's own verdict on them. Leaves the network in inference mode."""
    network.eval()
    with torch.no_grad():
        verdicts = functional.softmax(forward_bfloat16(network, images), 1)
    ball = Ball(images, epsilon)
    start = ball.project(images + TRADES_START * torch.randn_like(images))
    return ascend(network, lambda logits: divergence(logits, verdicts), start, ball, PGD)
