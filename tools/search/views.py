"""Random views of training images: rotated, mirrored, zoomed, stretched, shifted and recoloured."""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from config import CLASSES, Augmentation, Configuration

LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue (ITU-R BT.601)."""
MIDDLE = 0.6
"""The grey about which contrast is changed: about the mean of the images."""


def load_arrays(folder: Path, split: str, size: int) -> tuple[Tensor, Tensor]:
    """Images uint8 [images, RGB, height, width] and class numbers [images], as prepare.py wrote them."""
    arrays = np.load(folder / f"{split}{size}.npz")
    return torch.from_numpy(arrays["x"]).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(arrays["y"])


class Views:
    """Training images, drawn class by class, each as a random view of itself.

    All draws come from one generator in a fixed order, so that a seed stands for a training.
    """

    def __init__(self, images: Tensor, classes: Tensor, configuration: Configuration):
        self.images = images
        self.members = [np.flatnonzero(classes.numpy() == number) for number in range(len(CLASSES))]
        powers = np.array([len(members) for members in self.members]) ** configuration.class_balance_power
        self.class_shares = powers / powers.sum()
        """Probability of each class among the draws."""
        self.augmentation = configuration.augmentation
        self.size = configuration.input_size
        self.random = np.random.default_rng(configuration.seed)

    def __len__(self) -> int:
        return len(self.images)

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Views, float32 [count, RGB, size, size] in [0, 1] with channels last in memory, and their class numbers."""
        classes = self.random.choice(len(CLASSES), count, p=self.class_shares)
        chosen = np.array([self.random.choice(self.members[number]) for number in classes])
        images = self.images[chosen].float() / 255
        views = self._recoloured(self._resampled(images))
        return views.contiguous(memory_format=torch.channels_last), torch.from_numpy(classes)

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return torch.from_numpy(self.random.uniform(low, high, shape)).float()

    def _resampled(self, images: Tensor) -> Tensor:
        count, _, height, width = images.shape
        grid = functional.affine_grid(
            self._placements(count, height, width), [count, 3, self.size, self.size], align_corners=False
        )
        return functional.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def _placements(self, count: int, height: int, width: int) -> Tensor:
        """Matrices [count, 2, 3] from a view's coordinates to its image's, both from -1 to 1 across."""
        how: Augmentation = self.augmentation
        angle = self._uniform(0, 2 * math.pi, count)
        mirror = torch.where(self._uniform(0, 1, count) < 0.5, -1.0, 1.0)
        side = self._uniform(how.smallest_zoom, how.largest_zoom, count) * height
        stretch = torch.exp(self._uniform(-how.stretch, how.stretch, count))
        # Images are wider than high: across, the centre may move by half of what the central square leaves out as well.
        x = self._uniform(-1, 1, count) * (how.shift * height + (width - height) / 4)
        y = self._uniform(-1, 1, count) * how.shift * height
        cosine, sine = torch.cos(angle), torch.sin(angle)
        across = torch.stack([cosine * side * stretch * mirror / width, -sine * side / width, x * 2 / width], 1)
        down = torch.stack([sine * side * stretch * mirror / height, cosine * side / height, y * 2 / height], 1)
        return torch.stack([across, down], 1)

    def _recoloured(self, views: Tensor) -> Tensor:
        how, count = self.augmentation, len(views)
        contrast = self._uniform(2 - how.contrast, how.contrast, count, 1, 1, 1)
        brightness = self._uniform(-how.brightness, how.brightness, count, 1, 1, 1)
        saturation = self._uniform(1 / how.saturation, how.saturation, count, 1, 1, 1)
        cast = self._uniform(-how.colour_cast, how.colour_cast, count, 3, 1, 1)
        grey = (views * torch.tensor(LUMINANCE).view(1, 3, 1, 1)).sum(1, keepdim=True)
        saturated = grey + (views - grey) * saturation
        return ((saturated - MIDDLE) * contrast + MIDDLE + brightness + cast).clamp(0, 1)
