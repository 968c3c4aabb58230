"""The residual network (He 2016, arXiv 1512.03385) of `epsiloscope train`, with plain or group-equivariant kernels.

A group-equivariant network (Cohen & Welling 2016, arXiv 1602.07576) has every kernel in the eight rotations and mirror
images of the square, p4m. Its channels are [feature, orientation], the orientation running fastest: rotating or
mirroring the image moves the values of a feature and permutes its orientations, and their mean does not change.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from config import CLASSES, Configuration

ROTATION = np.array([[0, -1], [1, 0]])
MIRROR = np.array([[1, 0], [0, -1]])
GROUP = [
    np.linalg.matrix_power(ROTATION, turns) @ np.linalg.matrix_power(MIRROR, mirrored)
    for mirrored in (0, 1)
    for turns in range(4)
]
"""The elements of p4m as matrices on (x, y). Each is orthogonal: its transpose is its inverse."""
ORIENTATIONS = len(GROUP)

FINAL_SCALE = 0.2
"""Initial scale of a block's last normalisation: blocks start near the identity (Goyal 2017, arXiv 1706.02677, 5.1)."""


def element_number(matrix: np.ndarray) -> int:
    return next(number for number, element in enumerate(GROUP) if np.array_equal(element, matrix))


def moved(grid: np.ndarray, element: np.ndarray) -> np.ndarray:
    """The cells of a square grid, moved about its centre by an element of the group."""
    centre = (len(grid) - 1) / 2
    result = np.empty_like(grid)
    for row, column in np.ndindex(grid.shape):
        x, y = element.T @ (column - centre, centre - row)
        result[row, column] = grid[round(centre - y), round(centre + x)]
    return result


def kernel_cells(side: int, lifting: bool) -> Tensor:
    """Where each orientation of a kernel finds its cells among the learnt: [orientation, input orientation, cell].

    Orientation g is the learnt kernel moved by g; its input orientation h is the learnt one g^-1 h (Cohen & Welling
    2016, eq. 11). A lifting kernel reads the image, which has one orientation (eq. 10).
    """
    grid = np.arange(side * side).reshape(side, side)
    inputs = 1 if lifting else ORIENTATIONS
    cells = np.empty((ORIENTATIONS, inputs, side * side), int)
    for number, element in enumerate(GROUP):
        for h in range(inputs):
            source = 0 if lifting else element_number(element.T @ GROUP[h])
            cells[number, h] = source * side * side + moved(grid, element).reshape(-1)
    return torch.from_numpy(cells)


class SharedConvolution(nn.Module):
    """A convolution whose kernels are shared over the eight orientations, padded to keep the size at stride 1."""

    def __init__(self, inputs: int, outputs: int, side: int, stride: int, lifting: bool):
        super().__init__()
        cells = kernel_cells(side, lifting)
        orientations = cells.shape[1]
        features = inputs // orientations
        fan_in = features * orientations * side * side
        self.weight = nn.Parameter(
            torch.randn(outputs // ORIENTATIONS, features, orientations * side * side) * math.sqrt(2 / fan_in)
        )
        self.register_buffer("cells", cells.reshape(-1))
        self.orientations, self.side, self.stride = orientations, side, stride

    def forward(self, x: Tensor) -> Tensor:
        outputs, features, _ = self.weight.shape
        kernels = self.weight.index_select(2, self.cells)
        kernels = kernels.view(outputs, features, ORIENTATIONS, self.orientations, self.side, self.side)
        kernels = kernels.permute(0, 2, 1, 3, 4, 5)
        kernels = kernels.reshape(outputs * ORIENTATIONS, features * self.orientations, self.side, self.side)
        kernels = kernels.contiguous(memory_format=torch.channels_last)
        return functional.conv2d(x, kernels, stride=self.stride, padding=self.side // 2)


class SharedNormalisation(nn.Module):
    """Batch normalisation with scale and offset shared over the eight orientations.

    Training takes the statistics of each channel, inference their mean over the orientations: it is equivariant.
    """

    def __init__(self, features: int):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features * ORIENTATIONS))
        self.register_buffer("running_var", torch.ones(features * ORIENTATIONS))
        self.momentum: float | None = 0.1
        """Weight of the newest batch, as in nn.BatchNorm2d; None takes the mean of all batches."""
        self.batches = 0

    def reset_running_stats(self) -> None:
        self.batches = 0

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.weight.repeat_interleave(ORIENTATIONS), self.bias.repeat_interleave(ORIENTATIONS)
        if not self.training:
            mean, variance = self._shared(self.running_mean), self._shared(self.running_var)
            return functional.batch_norm(x, mean, variance, weight, bias)
        self.batches += 1
        momentum = 1 / self.batches if self.momentum is None else self.momentum
        return functional.batch_norm(x, self.running_mean, self.running_var, weight, bias, True, momentum)

    @staticmethod
    def _shared(statistic: Tensor) -> Tensor:
        return statistic.view(-1, ORIENTATIONS).mean(1).repeat_interleave(ORIENTATIONS)


NORMALISATIONS = (nn.BatchNorm2d, SharedNormalisation)


def convolution(inputs: int, outputs: int, side: int, stride: int, shared: bool, lifting: bool = False) -> nn.Module:
    if shared:
        return SharedConvolution(inputs, outputs, side, stride, lifting)
    return nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False)


def normalisation(channels: int, shared: bool) -> nn.Module:
    return SharedNormalisation(channels // ORIENTATIONS) if shared else nn.BatchNorm2d(channels)


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int, shared: bool):
        super().__init__()
        self.convolution1 = convolution(inputs, outputs, 3, stride, shared)
        self.normalisation1 = normalisation(outputs, shared)
        self.convolution2 = convolution(outputs, outputs, 3, 1, shared)
        self.normalisation2 = normalisation(outputs, shared)
        nn.init.constant_(self.normalisation2.weight, FINAL_SCALE)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and inputs == outputs
            else nn.Sequential(convolution(inputs, outputs, 1, stride, shared), normalisation(outputs, shared))
        )

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.relu(self.normalisation1(self.convolution1(x)))
        return functional.relu(self.normalisation2(self.convolution2(inner)) + self.shortcut(x))


class ResidualNet(nn.Module):
    """float32 [images, RGB, height, width] in [0, 1] to logits [images, classes]."""

    def __init__(self, configuration: Configuration):
        super().__init__()
        self.shared = configuration.shared_kernels
        channels = configuration.stem
        layers = [
            convolution(3, channels, 3, 2, self.shared, lifting=True),
            normalisation(channels, self.shared),
            nn.ReLU(),
        ]
        for stage, (width, blocks) in enumerate(zip(configuration.widths, configuration.blocks, strict=True)):
            for block in range(blocks):
                layers.append(Block(channels, width, 2 if stage > 0 and block == 0 else 1, self.shared))
                channels = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels // ORIENTATIONS if self.shared else channels, len(CLASSES))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        means = self.features((images - 0.6) / 0.2).mean((2, 3))
        if self.shared:
            means = means.view(len(means), -1, ORIENTATIONS).mean(2)
        return self.classifier(means)


def make_network(configuration: Configuration) -> ResidualNet:
    """A network with random weights from torch's global generator. Channels lie last in memory: faster on CPUs."""
    return ResidualNet(configuration).to(memory_format=torch.channels_last)


def forward_bfloat16(network: nn.Module, images: Tensor) -> Tensor:
    """Logits in float32 of a pass in bfloat16, under which networks are trained."""
    with torch.autocast("cpu", torch.bfloat16):
        return network(images).float()


def gflop_per_input_gradient(network: ResidualNet, input_size: int) -> float:
    """Cost of one input gradient: 4 times the multiply-adds of all convolutions on one image, in 10^9."""
    products = 0

    def count(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal products
        orientations = ORIENTATIONS if isinstance(module, SharedConvolution) else 1
        products += module.weight.numel() * orientations * output.shape[-1] * output.shape[-2]

    convolutions = [module for module in network.modules() if isinstance(module, (nn.Conv2d, SharedConvolution))]
    hooks = [module.register_forward_hook(count) for module in convolutions]
    with torch.no_grad():
        network.eval()(torch.zeros(1, 3, input_size, input_size))
    for hook in hooks:
        hook.remove()
    return 4 * products / 1e9
