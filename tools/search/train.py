"""Repeats a row of docs/experiments.md: trains its network and measures it on validation images, as the log says.

    python tools/search/train.py --list
    python tools/search/train.py --data DIR ROW

DIR holds what prepare.py wrote for the row's input size. Each look and the end print one line of JSON, with figures in
percent. A last digit can differ between processors and numbers of threads (OMP_NUM_THREADS).
"""

import argparse
import copy
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from attacks import Objective, craft, craft_trades, divergence
from config import CLASSES, ROWS, Configuration, Recipe
from measure import Figures, Validation
from network import NORMALISATIONS, forward_bfloat16, gflop_per_input_gradient, make_network
from views import Views, load_arrays

BATCH_SIZE = 64
MOMENTUM = 0.9
LEARNING_RATE_WARM_UP = 0.2
"""Share of the steps over which the learning rate rises: a high one from the start diverges (Goyal 2017)."""
STATISTICS_BATCHES = 8
"""Batches of which the averaged network's batch statistics are taken."""
TRADES_BETA = 6.0
"""Weight of robustness against clean accuracy (Zhang 2019, arXiv 1901.08573, eq. 5)."""


def learning_rate(step: int, steps: int, peak: float) -> float:
    """The one-cycle policy (Smith 2018, arXiv 1803.09820): up over the warm-up, then a cosine to zero."""
    rise = max(1, int(steps * LEARNING_RATE_WARM_UP))
    if step < rise:
        return peak * (step + 1) / rise
    return peak * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise))) / 2


def epsilon_at(step: int, steps: int, epsilon: float, warm_up: float) -> float:
    """Training epsilon at a step: grows linearly, which keeps early training from collapsing to one class."""
    rise = warm_up * steps
    if step >= rise:
        return epsilon
    start = min(epsilon, max(0.5 / 255, epsilon / 4))
    return start + (epsilon - start) * step / rise


def one_hot(classes: Tensor) -> Tensor:
    return functional.one_hot(classes, len(CLASSES)).float()


def make_optimiser(network: nn.Module, configuration: Configuration) -> torch.optim.SGD:
    """SGD with Nesterov momentum; weight decay on kernels alone (Goyal 2017, arXiv 1706.02677, section 5.1)."""
    kernels = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    groups = [
        {"params": kernels, "weight_decay": configuration.weight_decay},
        {"params": others, "weight_decay": 0},
    ]
    return torch.optim.SGD(groups, lr=configuration.peak_learning_rate, momentum=MOMENTUM, nesterov=True)


class Training:
    """A network in training, step by step, with the running average of its weights, which is what is measured."""

    def __init__(self, configuration: Configuration, views: Views):
        torch.manual_seed(configuration.seed)
        self.configuration, self.views = configuration, views
        self.network = make_network(configuration)
        self.average = copy.deepcopy(self.network)
        self.optimiser = make_optimiser(self.network, configuration)
        self.objective = Objective(torch.from_numpy(views.class_shares), configuration.logit_adjustment)
        self.steps = math.ceil(len(views) / BATCH_SIZE) * configuration.epochs
        self.epsilon = configuration.epsilon / 255
        self.done = 0

    def step(self) -> float:
        """One step; returns its loss."""
        images, classes = self.views.draw(BATCH_SIZE)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.done, self.steps, self.configuration.peak_learning_rate)
        epsilon = epsilon_at(self.done, self.steps, self.epsilon, self.configuration.epsilon_warm_up)
        loss = self._loss(images, one_hot(classes), epsilon)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self._update_average()
        self.done += 1
        return loss.item()

    def averaged(self) -> nn.Module:
        """The averaged network in inference mode, with the batch statistics of fresh views."""
        network = copy.deepcopy(self.average).train()
        for module in network.modules():
            if isinstance(module, NORMALISATIONS):
                module.reset_running_stats()
                module.momentum = None
        for _ in range(STATISTICS_BATCHES):
            images = self._statistics_images()
            with torch.no_grad():
                network(images)
        return network.eval()

    def _statistics_images(self) -> Tensor:
        """Fresh views, attacked as in training; clean for TRADES, which learns its verdicts from clean images."""
        images, classes = self.views.draw(BATCH_SIZE)
        if self.configuration.recipe == "trades":
            return images
        return self._crafted(images, one_hot(classes), self.epsilon)

    def _crafted(self, images: Tensor, targets: Tensor, epsilon: float) -> Tensor:
        return craft(self.network, images, targets, epsilon, self.configuration.recipe, self.objective)

    def _loss(self, images: Tensor, targets: Tensor, epsilon: float) -> Tensor:
        smoothing = self.configuration.label_smoothing
        smooth = targets * (1 - smoothing) + smoothing / len(CLASSES)
        if self.configuration.recipe == "trades":
            return self._trades_loss(images, smooth, epsilon)
        crafted = self._crafted(images, targets, epsilon)
        return self.objective(forward_bfloat16(self.network.train(), crafted), smooth)

    def _trades_loss(self, images: Tensor, targets: Tensor, epsilon: float) -> Tensor:
        """Zhang 2019 (arXiv 1901.08573), eq. 5."""
        crafted = craft_trades(self.network, images, epsilon)
        logits = forward_bfloat16(self.network.train(), torch.cat([images, crafted]))
        clean, attacked = logits.chunk(2)
        return self.objective(clean, targets) + TRADES_BETA * divergence(attacked, functional.softmax(clean, 1))

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.configuration.average_decay, (1 + self.done) / (10 + self.done))
        for average, parameter in zip(self.average.parameters(), self.network.parameters(), strict=True):
            average.mul_(decay).add_(parameter, alpha=1 - decay)


def run(training: Training, validation: Validation) -> Iterator[Figures]:
    """Trains, and gives the figures of every look and of the end, with the mean loss since the last."""
    configuration = training.configuration
    part = training.steps // configuration.looks
    losses: list[float] = []
    while training.done < training.steps:
        losses.append(training.step())
        ended = training.done == training.steps
        if not ended and training.done % part > 0:
            continue
        measured = (validation.at_end if ended else validation.at_look)(training.averaged())
        yield {"step": training.done, "steps": training.steps, "loss": round(sum(losses) / len(losses), 3), **measured}
        losses.clear()
        if training.done // part == configuration.stop_after_look:
            return


def repeat(configuration: Configuration, data: Path) -> None:
    """Trains by a configuration and prints its figures."""
    views = Views(*load_arrays(data, "train", configuration.input_size), configuration)
    validation = Validation(
        *load_arrays(data, "val", configuration.input_size), configuration.recipe, configuration.attack_every_image
    )
    training = Training(configuration, views)
    parameters = sum(parameter.numel() for parameter in training.network.parameters())
    gflop = gflop_per_input_gradient(training.network, configuration.input_size)
    print(json.dumps({"parameters": parameters, "GFLOP": round(gflop, 3)}), flush=True)
    for figures in run(training, validation):
        print(json.dumps(figures), flush=True)


def listing() -> str:
    """The rows by table."""
    lines: list[str] = []
    width = max(map(len, ROWS))
    for table, rows in groupby(ROWS.items(), lambda item: item[1].table):
        lines += ["", table, *(f"  {name:{width}}  {row.what}" for name, row in rows)]
    return "\n".join(lines[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description="Repeats a row of docs/experiments.md.")
    parser.add_argument("row", nargs="?", choices=ROWS, metavar="ROW", help="a name that --list prints")
    parser.add_argument("--list", action="store_true", help="print the rows and exit")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder that prepare.py wrote")
    parser.add_argument("--recipe", choices=get_args(Recipe), help="in place of the row's own")
    arguments = parser.parse_args()
    if arguments.list:
        print(listing())
        return
    if arguments.row is None or arguments.data is None:
        parser.error("--data DIR and ROW are needed, or --list")
    configuration = ROWS[arguments.row].configuration
    if arguments.recipe:
        configuration = replace(configuration, recipe=arguments.recipe)
    repeat(configuration, arguments.data)


if __name__ == "__main__":
    main()
