"""What a training can vary in the search, and the rows of docs/experiments.md by name."""

from dataclasses import dataclass, replace
from typing import Literal

CLASSES = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
NEVUS = CLASSES.index("nv")

Recipe = Literal["standard", "fgsm", "pgd", "mixed", "trades"]


@dataclass(frozen=True)
class Augmentation:
    """How far a training view may differ from its image, rotation and mirror image aside. Colours lie in [0, 1]."""

    smallest_zoom: float = 0.8
    """Side of the view as a share of the image's height."""
    largest_zoom: float = 1.05
    stretch: float = 0.1
    """Largest natural logarithm by which one axis is longer than the other."""
    shift: float = 0.06
    """Share of the image's height by which the centre moves, in each direction."""
    contrast: float = 1.25
    """Largest factor; the smallest is 2 less this."""
    brightness: float = 0.08
    saturation: float = 1.25
    """Largest factor; the smallest is its reciprocal."""
    colour_cast: float = 0.03
    """Largest change of a single colour channel."""


@dataclass(frozen=True)
class Configuration:
    """One training: the network, its hyperparameters, and where it is looked at. The defaults are those of the log."""

    recipe: Recipe = "fgsm"
    epsilon: float = 4
    """Training epsilon in 1/255."""
    epsilon_warm_up: float = 0.3
    """Share of the steps over which the training epsilon grows from a quarter of its value to all of it."""

    input_size: int = 64
    stem: int = 32
    widths: tuple[int, ...] = (32, 64, 128, 256)
    """Channels of each stage; every stage but the first halves height and width."""
    blocks: tuple[int, ...] = (1, 1, 1, 1)
    """Residual blocks of each stage."""
    shared_kernels: bool = False
    """Kernels shared over 8 rotations and mirror images; channels are multiples of 8."""

    epochs: int = 24
    peak_learning_rate: float = 0.1
    weight_decay: float = 5e-4
    label_smoothing: float = 0.05
    average_decay: float = 0.998
    """Decay of the running average of the weights, per step; at 0 the weights themselves are measured."""
    class_balance_power: float = 0.1
    """Classes are drawn with probability proportional to (number of images) ** this: 1 as they come, 0 balanced."""
    logit_adjustment: float = 0
    """Tau of Menon 2021 (arXiv 2007.07314, eq. 10)."""
    augmentation: Augmentation = Augmentation()
    seed: int = 1

    looks: int = 2
    """The run falls into this many equal parts, with a look at the figures after each. A look draws random numbers (its
    batch statistics are those of fresh views), so it changes what the steps after it draw."""
    stop_after_look: int | None = None
    attack_every_image: bool = False
    """At the end, attacks all validation images, not every third nevus, and takes the worst case at every epsilon."""


@dataclass(frozen=True)
class Row:
    """A row of docs/experiments.md: the table it stands in, its first column, and the training behind its figures."""

    table: str
    what: str
    configuration: Configuration


LESS_AUGMENTATION = Augmentation(
    smallest_zoom=0.9, stretch=0.05, contrast=1.1, brightness=0.04, saturation=1.1, colour_cast=0.015
)
HARDLY_ANY_AUGMENTATION = Augmentation(
    smallest_zoom=0.95,
    largest_zoom=1.02,
    stretch=0,
    shift=0.02,
    contrast=1.02,
    brightness=0.01,
    saturation=1.02,
    colour_cast=0.005,
)

SMALL = Configuration()
WIDE = replace(SMALL, stem=40, widths=(40, 80, 160, 320))
SMALL_EASIER = replace(SMALL, augmentation=LESS_AUGMENTATION)
WIDE_EASIER = replace(WIDE, augmentation=LESS_AUGMENTATION)


def half_way(configuration: Configuration) -> Configuration:
    """The same training (the learning rate still falls over all epochs), stopped at its look half-way."""
    return replace(configuration, looks=2, stop_after_look=1)


def less_regularised(configuration: Configuration) -> Configuration:
    return replace(configuration, peak_learning_rate=0.2, weight_decay=1e-4, label_smoothing=0)


STANDARD_TABLE = "Standard training"
FGSM_TABLE = "FGSM training, 24 epochs"
HALF_WAY_TABLE = "FGSM training, looked at half-way (12 of 24 epochs)"

ROWS: dict[str, Row] = {
    "standard": Row(
        STANDARD_TABLE,
        "widths 32, 64, 128, 256",
        replace(SMALL, recipe="standard", looks=3),
    ),
    "standard-shared": Row(
        STANDARD_TABLE,
        "kernels shared over 8 rotations and mirror images, widths 40, 80, 160, 320",
        replace(WIDE, recipe="standard", shared_kernels=True, looks=3),
    ),
    "fgsm": Row(
        FGSM_TABLE,
        "widths 32, 64, 128, 256",
        replace(SMALL, looks=4, attack_every_image=True),
    ),
    "fgsm-wide": Row(
        FGSM_TABLE,
        "widths 40, 80, 160, 320",
        WIDE,
    ),
    "fgsm-wide-slow-epsilon": Row(
        FGSM_TABLE,
        "the same, epsilon grows over 70 % of the steps",
        replace(WIDE, epsilon_warm_up=0.7),
    ),
    "fgsm-wide-easier": Row(
        FGSM_TABLE,
        "the same, less augmentation",
        WIDE_EASIER,
    ),
    "fgsm-wide-shared": Row(
        FGSM_TABLE,
        "kernels shared over 8 rotations and mirror images",
        replace(WIDE, shared_kernels=True, looks=4),
    ),
    "fgsm-shared-epsilon-3": Row(
        FGSM_TABLE,
        "shared kernels, widths 32, 64, 128, 256, epsilon 3/255",
        replace(SMALL, shared_kernels=True, epsilon=3),
    ),
    "half-wide": Row(
        HALF_WAY_TABLE,
        "widths 40, 80, 160, 320 (0.398 GFLOP)",
        half_way(WIDE),
    ),
    "half-wide-easier": Row(
        HALF_WAY_TABLE,
        "the same, less augmentation",
        half_way(WIDE_EASIER),
    ),
    "half-easier": Row(
        HALF_WAY_TABLE,
        "widths 32, 64, 128, 256 (0.255 GFLOP), less augmentation",
        half_way(SMALL_EASIER),
    ),
    "half-wide-easiest": Row(
        HALF_WAY_TABLE,
        "widths 40, 80, 160, 320, hardly any augmentation but rotation and mirror",
        half_way(replace(WIDE, augmentation=HARDLY_ANY_AUGMENTATION)),
    ),
    "half-wide-easier-adjusted-logits": Row(
        HALF_WAY_TABLE,
        "the same widths, less augmentation, classes drawn by the square root of size, logits adjusted (tau 1)",
        half_way(replace(WIDE_EASIER, class_balance_power=0.5, logit_adjustment=1)),
    ),
    "half-wide-easier-less-regularised": Row(
        HALF_WAY_TABLE,
        "the same widths, less augmentation, rate 0.2, weight decay 1e-4, no label smoothing",
        half_way(less_regularised(WIDE_EASIER)),
    ),
    "half-input-48-easier": Row(
        HALF_WAY_TABLE,
        "input 48x48, widths 52, 104, 208, 416 (0.377 GFLOP), less augmentation",
        half_way(replace(SMALL_EASIER, input_size=48, stem=52, widths=(52, 104, 208, 416))),
    ),
    "half-input-80-easier": Row(
        HALF_WAY_TABLE,
        "input 80x80, widths 32, 64, 128, 256 (0.399 GFLOP), less augmentation",
        half_way(replace(SMALL_EASIER, input_size=80)),
    ),
    "half-input-96-easier": Row(
        HALF_WAY_TABLE,
        "input 96x96, widths 26, 52, 104, 208 (0.380 GFLOP), less augmentation",
        half_way(replace(SMALL_EASIER, input_size=96, stem=26, widths=(26, 52, 104, 208))),
    ),
    "half-two-blocks-easier": Row(
        HALF_WAY_TABLE,
        "two residual blocks a stage, widths 24, 48, 96, 192, less augmentation",
        half_way(replace(SMALL_EASIER, stem=24, widths=(24, 48, 96, 192), blocks=(2, 2, 2, 2))),
    ),
    "half-easier-not-averaged": Row(
        HALF_WAY_TABLE,
        "widths 32, 64, 128, 256, less augmentation, weights not averaged",
        half_way(replace(SMALL_EASIER, average_decay=0)),
    ),
    "half-steep-widths": Row(
        HALF_WAY_TABLE,
        "widths 24, 64, 192, 384, stem 32 (0.358 GFLOP), full augmentation",
        half_way(replace(SMALL, stem=32, widths=(24, 64, 192, 384))),
    ),
    "half-wide-less-regularised": Row(
        HALF_WAY_TABLE,
        "widths 40, 80, 160, 320, full augmentation, rate 0.2, weight decay 1e-4, no label smoothing",
        half_way(less_regularised(WIDE)),
    ),
    "long": Row(
        "A longer schedule, looked at after 36 of 60 epochs",
        "widths 40, 80, 160, 320, full augmentation, epsilon growing over 60 % of the steps",
        replace(WIDE, epochs=60, epsilon_warm_up=0.6, looks=5, stop_after_look=3),
    ),
}
